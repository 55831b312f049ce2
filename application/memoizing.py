"""Memoizing functions whose arguments callers choose: not for long ones, to bound the memory."""

from collections.abc import Callable
from functools import lru_cache
from typing import ParamSpec, TypeVar

_LONGEST = 500  # characters or bytes
_SIZE = 1000

P = ParamSpec("P")
T = TypeVar("T")


def is_short(chosen: object) -> bool:
    """Return whether a value that a caller chose may be memoized."""
    return len(str(chosen)) <= _LONGEST


def memoized(length: Callable[P, int]) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Memoize a function for arguments whose `length` is at most 500."""

    def decorate(make: Callable[P, T]) -> Callable[P, T]:
        memo: Callable[P, T] = lru_cache(maxsize=_SIZE)(make)  # type: ignore[assignment]

        def call(*given: P.args, **named: P.kwargs) -> T:
            answer = memo if length(*given, **named) <= _LONGEST else make
            return answer(*given, **named)

        return call

    return decorate
