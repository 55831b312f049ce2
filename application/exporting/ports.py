"""Ports of exports."""

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from application.exporting.views import ExportedPost


class ExportReader(Protocol):
    """Selects whole posts, all but those that are deleted."""

    async def count(self) -> int: ...

    async def page(self, after: UUID | None, limit: int) -> Sequence[ExportedPost]:
        """Return the first posts whose ids are higher, in the order of their ids."""
