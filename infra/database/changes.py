"""Changes: the cache tags that a transaction touches, stored with it until caches are
invalidated."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import insert

from application.positions import Position
from domain.ids import new_id
from infra.database.clock import from_now
from infra.database.sessions import Session
from infra.database.tables import touched

# built once: to compile a statement takes longer than to send it
NOTE_CHANGE = insert(touched).values(touched_at=from_now())


class Invalidations(Protocol):
    """Invalidates cache entries by their tags."""

    async def invalidate(self, tenant: UUID, tags: Iterable[str], position: Position) -> bool:
        """Invalidate the entries of tags; False where the cache could not be reached."""


@dataclass(frozen=True, slots=True)
class Change:
    """A change's row id, and the tags that it touched."""

    id: UUID
    tags: list[str]


class SentChanges:
    """The rows of changes that have been sent to caches, to be deleted in batches."""

    def __init__(self) -> None:
        self._ids: set[UUID] = set()

    def add(self, row_id: UUID) -> None:
        self._ids.add(row_id)

    def ids(self) -> list[UUID]:
        return list(self._ids)

    def remove(self, ids: Iterable[UUID]) -> None:
        """Forget rows that were deleted."""
        self._ids.difference_update(ids)


async def noted_change(session: Session, writers: Iterable[UUID]) -> Change | None:
    """Store the tags and writers of a transaction with it: the process may die after its commit."""
    if not session.touched:
        return None
    change = Change(new_id(), sorted(session.touched))
    await session.change(NOTE_CHANGE, row_of(change.id, session.tenant, change.tags, writers))
    return change


def row_of(
    row_id: UUID, tenant: UUID, tags: Sequence[str], writers: Iterable[UUID]
) -> dict[str, Any]:
    """Make the row of a change: its tags, and the users whose positions it advances."""
    return {
        "id": row_id,
        "tenant": tenant,
        "tags": tags,
        "writers": [writer.hex for writer in writers],
    }
