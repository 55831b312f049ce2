"""The handover: another process sends a change to Redis that this one can't send.

All processes sweep the rows of `touched` once a second, and delete those that they sent. A row that
stays for longer shows that no process can send it, and that each has seen it: then none uses what
is in Redis, and there is nothing to wait for.
"""

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic
from uuid import UUID

from sqlalchemy import Select, exists, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.ids import new_id
from infra.database.changes import NOTE_CHANGE, row_of
from infra.database.tables import touched

# LATE + CHECK_SECONDS (infra/cache/): then each process has seen a row, or bypasses Redis
_UNSENT_SECONDS = 3.5
_LIMIT_SECONDS = 3.6
_PERIOD_SECONDS = 0.2


@dataclass(slots=True)
class Handover:
    """Waits for other processes, on the primary; one for a process."""

    engine: AsyncEngine
    reading: AsyncEngine
    _oldest: UUID | None = None
    _seen_at: float = 0.0

    async def complete(self, row_id: UUID | None, tenant: UUID, writers: Iterable[UUID]) -> None:
        """Wait until another process has sent a change, or none can.

        A change without a row gets one, so that others store the positions of its writers.
        """
        with suppress(TimeoutError):
            async with asyncio.timeout(_LIMIT_SECONDS):
                row_id = row_id or await self._noted(tenant, writers)
                # polled: another process deletes the row, which sets no event in this one
                while await self._is_awaited(row_id):  # noqa: ASYNC110
                    await asyncio.sleep(_PERIOD_SECONDS)

    async def _noted(self, tenant: UUID, writers: Iterable[UUID]) -> UUID:
        while True:
            row_id = new_id()
            with suppress(SQLAlchemyError, OSError):
                async with self.engine.begin() as connection:
                    await connection.execute(NOTE_CHANGE, row_of(row_id, tenant, (), writers))
                return row_id
            # if the row was stored all the same, the change is sent twice, which does no harm
            await asyncio.sleep(_PERIOD_SECONDS)

    async def _is_awaited(self, row_id: UUID) -> bool:
        try:
            async with self.reading.connect() as connection:
                state = (await connection.execute(_state_of(row_id))).one()
        except (SQLAlchemyError, OSError):
            return True  # unknown, as long as the primary does not answer
        return bool(state.is_there) and not self._stays(state.oldest)

    def _stays(self, oldest: UUID) -> bool:
        """Return whether the oldest row has existed for so long that all processes have seen it."""
        # since this process first saw it: its time may lie long before its COMMIT
        if oldest != self._oldest:
            self._oldest, self._seen_at = oldest, monotonic()
        return monotonic() - self._seen_at > _UNSENT_SECONDS


def _state_of(row_id: UUID) -> Select[tuple[bool, UUID]]:
    is_there = exists().where(touched.c.id == row_id).label("is_there")
    # ids are in the order of time
    oldest = select(touched.c.id).order_by(touched.c.id).limit(1).scalar_subquery()
    return select(is_there, oldest.label("oldest"))
