"""The cases, by what they are about. Each is a function of a scene; its name says what has to hold."""

CASES = []


def case(function=None, *, lines=5):
    """Registers a case about a change of so many lines."""

    def register(function):
        CASES.append((function.__name__, function, lines))
        return function

    return register(function) if function else register
