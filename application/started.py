"""Work that has begun before it is awaited."""

from collections.abc import Callable, Coroutine, Generator
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class Started(Generic[T]):
    """An awaitable for work that has begun; unlike a coroutine it may be left alone."""

    def __init__(self, finish: Callable[[], Coroutine[Any, Any, T]]) -> None:
        self._finish = finish

    def __await__(self) -> Generator[Any, None, T]:
        return self._finish().__await__()
