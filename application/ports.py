"""The ports that plain aggregates need, and others build on."""

from typing import Protocol, TypeVar
from uuid import UUID

from application.pages import PageQuery

A = TypeVar("A")
V = TypeVar("V", covariant=True)
P = TypeVar("P", covariant=True)


class Reader(Protocol[V, P]):
    """Selects rows as views."""

    async def get(self, id_: UUID, /) -> V:
        """Return one; raises NotFound."""

    async def page(self, query: PageQuery, /) -> P:
        """Return a page, the newest first."""


class Repository(Protocol[A]):
    """Loads and stores aggregates of one kind, each by its id."""

    async def get(self, id_: UUID, /) -> A:
        """Load one, to be changed; raises NotFound."""

    async def add(self, aggregate: A, /) -> None:
        """Store a new one; raises Taken where it has what only one may have."""

    async def store(self, aggregate: A, /) -> None:
        """Store a changed one and raise its version; raises ConcurrentChange, and Taken too."""
