"""Ports of working copies."""

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from application.working_copy.views import WorkingCopyView
from domain.working_copy import WorkingCopy


class WorkingCopyReader(Protocol):
    """Selects rows as views."""

    async def get(self, post_id: UUID, user_id: UUID) -> WorkingCopyView | None: ...

    async def of_user(
        self, user_id: UUID, after: UUID | None, limit: int
    ) -> Sequence[WorkingCopyView]:
        """Return a user's working copies of the first posts whose ids are higher, in the order of
        their ids."""


class WorkingCopyRepository(Protocol):
    """Stores working copies, one for each post and person."""

    async def save(self, copy: WorkingCopy) -> None:
        """Store one, in place of an earlier one, on whose version it stays based; raises
        ConcurrentChange."""

    async def remove(self, post_id: UUID, user_id: UUID) -> None:
        """Remove one; does nothing where there is none."""

    async def take(self, copy: WorkingCopyView, user_id: UUID) -> None:
        """Remove one that was read; raises ConcurrentChange where it was saved again since."""

    async def remove_all(self, user_id: UUID) -> None:
        """Remove all of a user."""
