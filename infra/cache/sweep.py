"""The sweep: sends the invalidations that their writers could not send."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, delete, select
from sqlalchemy.ext.asyncio import AsyncEngine

from application.positions import KeptPositions
from infra.cache.backlog import Backlog
from infra.cache.floors import FloorCache
from infra.database.changes import Delivered
from infra.database.clock import from_now
from infra.database.tables import touched

_PATIENCE = timedelta(seconds=1)  # what was written a moment ago is on its way still
_LATE = timedelta(seconds=2)  # what a writer has told is deleted by its next sweep
_BATCH = 500


@dataclass(frozen=True, slots=True)
class Sweep:
    """Looks for changes that are older than a writer needs to send them."""

    engine: AsyncEngine
    reading: AsyncEngine
    floors: FloorCache
    kept: KeptPositions
    delivered: Delivered
    backlog: Backlog

    async def sweep(self) -> None:
        """Forget what was sent, and send what was not."""
        await self._forget(self.delivered.taken())
        await self.floors.send_unsent()
        left = await self._left()
        is_late = any(row.is_late for row in left)
        # before the first is sent: its writer's command may be answered meanwhile
        self.backlog.exists |= is_late
        sent = await self._sent(left)
        await self._forget(sent)
        # not in the round that found any: a command may have been answered since it looked
        if not is_late and len(sent) == len(left) < _BATCH:
            self.backlog.exists = False

    async def _sent(self, rows: Sequence[Row[Any]]) -> list[UUID]:
        sent: list[UUID] = []
        for row in rows:
            if not await self._send(row):
                break  # the store takes nothing now: the others would meet the same
            sent.append(row.id)
        return sent

    async def _left(self) -> Sequence[Row[Any]]:
        is_late = touched.c.touched_at <= from_now(-_LATE)
        left = select(touched, is_late.label("is_late")).order_by(touched.c.id).limit(_BATCH)
        if not self.backlog.exists:
            left = left.where(touched.c.touched_at <= from_now(-_PATIENCE))
        # of the primary, and where nobody has to wait for it
        async with self.reading.connect() as connection:
            return (await connection.execute(left)).all()

    async def _send(self, row: Row[Any]) -> bool:
        # read after the row: the change that it tells of is not beyond
        position = await self.floors.position_of_primary()
        if position is None:
            return False
        is_kept = [await self.kept.keep(UUID(writer), position) for writer in row.writers]
        return await self.floors.invalidate(row.tenant, row.tags, position) and all(is_kept)

    async def _forget(self, ids: Sequence[UUID]) -> None:
        for start in range(0, len(ids), _BATCH):
            some = touched.c.id.in_(ids[start : start + _BATCH])
            async with self.engine.begin() as connection:
                await connection.execute(delete(touched).where(some))
