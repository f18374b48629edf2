"""What the fake GitHub can be asked: one function an endpoint, under the description's name of its path."""

import importlib
import pkgutil
import re

REPO = "/repos/{owner}/{repo}"
# The API's root in what is told of it; the front door puts its own in place.
PUBLIC = "http://public.invalid"


class Refusal(Exception):
    """An answer that is not the wanted one."""

    def __init__(self, status, message, **headers):
        super().__init__(message)
        self.status, self.message, self.headers = status, message, headers


ROUTES = []


def route(method, path):
    """An endpoint, under the description's own name of its path."""

    def register(function):
        ROUTES.append((method, re.sub(r"\{\w+\}", "([^/]+)", path), function))
        return function

    return register


def find(items, key):
    found = items.get(int(key)) if str(key).isdigit() else None
    if found is None:
        raise Refusal(404, "Not Found")
    return found


def must_know(repository, sha):
    if sha not in repository.commits:
        raise Refusal(422, f"No commit found for SHA: {sha}")


# Each module registers its own.
for found in pkgutil.iter_modules(__path__):
    importlib.import_module(f"{__name__}.{found.name}")
