"""The sweep: sends the invalidations that their writers could not send."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from time import monotonic
from typing import Any
from uuid import UUID

from sqlalchemy import Row, delete, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncEngine

from application.positions import KeptPositions
from infra.cache.backlog import Backlog
from infra.cache.floors import FloorCache
from infra.database.changes import Delivered
from infra.database.clock import from_now
from infra.database.tables import touched

_PATIENCE = timedelta(seconds=1)  # what was written a moment ago is on its way still
LATE = timedelta(seconds=1.5)  # what a writer has told is deleted by its next sweep
_BATCH = 200
_ANSWER_SECONDS = 1.0


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
        """Look for what was not sent, and send it."""
        # first of all: a process that does not look takes nothing from Redis
        left = await self._look()
        await self._forget_delivered()
        await self.floors.send_unsent()
        while await self._is_sent(left) and self._may_be_more(left):
            left = await self._look()

    async def _look(self) -> Sequence[Row[Any]]:
        began = monotonic()
        try:
            async with asyncio.timeout(_ANSWER_SECONDS):
                rows = await self._left()
        except PoolTimeoutError:
            raise
        except (SQLAlchemyError, OSError):
            # without the primary the cache goes on: the README names what that leaves open
            self.backlog.looked_at = began
            raise
        if any(row.is_late for row in rows):
            self.backlog.found()
        self.backlog.looked_at = began
        return rows

    async def _left(self) -> Sequence[Row[Any]]:
        is_late = touched.c.touched_at <= from_now(-LATE)
        left = select(touched, is_late.label("is_late")).order_by(touched.c.id).limit(_BATCH)
        if not self.backlog.exists:
            left = left.where(touched.c.touched_at <= from_now(-_PATIENCE))
        # of the primary, and where nobody has to wait for it
        async with self.reading.connect() as connection:
            return (await connection.execute(left)).all()

    async def _is_sent(self, left: Sequence[Row[Any]]) -> bool:
        """Send what a look has found; False where the store takes nothing now."""
        if left and not await self._send(left):
            return False
        await self._forget([row.id for row in left])
        # only by a look that found nothing late: until the row that was late is deleted, commands
        # are answered that this look did not see
        if not self._may_be_more(left):
            self.backlog.told()
        return True

    def _may_be_more(self, left: Sequence[Row[Any]]) -> bool:
        return len(left) == _BATCH or any(row.is_late for row in left)

    async def _send(self, rows: Sequence[Row[Any]]) -> bool:
        # read after the rows: the changes that they tell of are not beyond
        position = await self.floors.position_of_primary()
        if position is None:
            return False
        writers = {UUID(writer) for row in rows for writer in row.writers}
        is_kept = [await self.kept.keep(writer, position) for writer in writers]
        tags = defaultdict(set)
        for row in rows:
            tags[row.tenant].update(row.tags)
        is_told = [await self.floors.invalidate(each, tags[each], position) for each in tags]
        return all(is_kept) and all(is_told)

    async def _forget_delivered(self) -> None:
        ids = self.delivered.ids()
        await self._forget(ids)
        self.delivered.remove(ids)

    async def _forget(self, ids: Sequence[UUID]) -> None:
        for start in range(0, len(ids), _BATCH):
            some = touched.c.id.in_(ids[start : start + _BATCH])
            async with self.engine.begin() as connection:
                await connection.execute(delete(touched).where(some))
