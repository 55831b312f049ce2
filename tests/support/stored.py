"""How an aggregate is stored, as the tests take it that try this with all aggregates."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from application.pages import Page, PageQuery
from application.ports import Repository
from application.unit_of_work import ReadUnitOfWork

A = TypeVar("A")


@dataclass(frozen=True)
class Stored(Generic[A]):
    """How one is made and changed, and which reader gives a page of them, the newest first."""

    port: type[Repository[A]]
    make: Callable[[], A]
    change: Callable[[A], None] | None = None
    page: Callable[[ReadUnitOfWork, PageQuery], Awaitable[Page[Any]]] | None = None

    def __str__(self) -> str:
        return type(self.make()).__name__
