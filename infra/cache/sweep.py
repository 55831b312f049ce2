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

from application.positions import UserPositions
from infra.cache.backlog import Backlog
from infra.cache.floors import FloorCache
from infra.database.changes import SentChanges
from infra.database.clock import from_now
from infra.database.tables import touched

# newer rows are skipped: their writers may still be sending them, or delete them in a moment
_GRACE = timedelta(seconds=1.4)
LATE = timedelta(
    seconds=1.5
)  # older rows were not sent: their writers' sweeps would have deleted them
_BATCH = 200
_ANSWER_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Sweep:
    """Sends changes that their writers have not sent in time, and deletes sent rows."""

    engine: AsyncEngine
    reading: AsyncEngine
    cache: FloorCache
    user_positions: UserPositions
    sent_changes: SentChanges
    backlog: Backlog

    async def sweep(self) -> None:
        """Select the changes that were not sent, and send them."""
        # first: without a recent check this process does not use Redis
        left = await self._check()
        await self._forget_sent()
        await self.cache.send_unsent()
        while await self._send_and_delete(left) and self._may_be_more(left):
            left = await self._check()

    async def _check(self) -> Sequence[Row[Any]]:
        began = monotonic()
        try:
            async with asyncio.timeout(_ANSWER_SECONDS):
                rows = await self._left()
        except PoolTimeoutError:
            raise
        except (SQLAlchemyError, OSError):
            # without the primary the cache stays in use; the README describes the remaining risk
            self.backlog.checked_at = began
            raise
        if any(row.is_late for row in rows):
            self.backlog.found()
        self.backlog.checked_at = began
        return rows

    async def _left(self) -> Sequence[Row[Any]]:
        is_late = touched.c.touched_at <= from_now(-LATE)
        left = select(touched, is_late.label("is_late")).order_by(touched.c.id).limit(_BATCH)
        if not self.backlog.exists:
            left = left.where(touched.c.touched_at <= from_now(-_GRACE))
        # from the primary, by a pool whose connections have short timeouts
        async with self.reading.connect() as connection:
            return (await connection.execute(left)).all()

    async def _send_and_delete(self, left: Sequence[Row[Any]]) -> bool:
        """Send the changes, and delete their rows; False if the store does not accept them."""
        if left and not await self._send(left):
            return False
        await self._forget([row.id for row in left])
        # only after a check without late rows: while one exists, commands do not wait for the
        # handover of their changes, which this check may not have seen
        if not self._may_be_more(left):
            self.backlog.clear()
        return True

    def _may_be_more(self, left: Sequence[Row[Any]]) -> bool:
        return len(left) == _BATCH or any(row.is_late for row in left)

    async def _send(self, rows: Sequence[Row[Any]]) -> bool:
        # read after the rows, so that it includes their changes
        position = await self.cache.position_of_primary()
        if position is None:
            return False
        writers = {UUID(writer) for row in rows for writer in row.writers}
        are_stored = [await self.user_positions.store(writer, position) for writer in writers]
        tags = defaultdict(set)
        for row in rows:
            tags[row.tenant].update(row.tags)
        are_invalidated = [await self.cache.invalidate(each, tags[each], position) for each in tags]
        return all(are_stored) and all(are_invalidated)

    async def _forget_sent(self) -> None:
        ids = self.sent_changes.ids()
        await self._forget(ids)
        self.sent_changes.remove(ids)

    async def _forget(self, ids: Sequence[UUID]) -> None:
        for start in range(0, len(ids), _BATCH):
            some = touched.c.id.in_(ids[start : start + _BATCH])
            async with self.engine.begin() as connection:
                await connection.execute(delete(touched).where(some))
