"""What a handler does where it finds nothing."""

from typing import TypeVar

from domain.errors import NotFound

F = TypeVar("F")


def found(what: F | None, name: str) -> F:
    """Return what was found; raises NotFound where it is nothing."""
    if what is None:
        raise NotFound(name)
    return what
