"""The cases, by what they are about. Each is a function of a scene; its name says what has to hold."""

import importlib
import pkgutil

CASES = []


def case(function=None, *, lines=5):
    """Registers a case about a change of so many lines."""

    def register(function):
        CASES.append((function.__name__, function, lines))
        return function

    return register(function) if function else register


# Each module registers its own.
for found in pkgutil.iter_modules(__path__):
    importlib.import_module(f"{__name__}.{found.name}")
