"""The sweep: sends the invalidations that their writers could not send."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, delete, select
from sqlalchemy.ext.asyncio import AsyncEngine

from application.positions import KeptPositions
from infra.cache.floors import FloorCache
from infra.database.changes import Delivered
from infra.database.clock import from_now
from infra.database.tables import touched

_PATIENCE = timedelta(seconds=1)  # what was written a moment ago is on its way still
_BATCH = 500


@dataclass(frozen=True, slots=True)
class Sweep:
    """Looks for changes that are older than a writer needs to send them."""

    engine: AsyncEngine
    reading: AsyncEngine
    floors: FloorCache
    kept: KeptPositions
    delivered: Delivered

    async def sweep(self) -> None:
        """Forget what was sent, and send what was not."""
        await self._forget(self.delivered.taken())
        await self.floors.send_unsent()
        sent = []
        for row in await self._left():
            if not await self._send(row):
                break  # the store takes nothing now: the others would meet the same
            sent.append(row.id)
        await self._forget(sent)

    async def _left(self) -> Sequence[Row[Any]]:
        left = select(touched).where(touched.c.touched_at <= from_now(-_PATIENCE))
        # of the primary, and where nobody has to wait for it
        async with self.reading.connect() as connection:
            return (await connection.execute(left.order_by(touched.c.id).limit(_BATCH))).all()

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
