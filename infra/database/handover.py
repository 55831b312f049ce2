"""The handover: a change that this process can't tell Redis of is told by another one.

All processes sweep the rows of `touched` once a second, and delete what they told. A row that
stays for longer shows that none of them can, and that each knows of it: then none answers from
Redis, and nobody needs to wait.
"""

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import exists, func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.ids import new_id
from infra.database.changes import NOTE_CHANGE, row_of
from infra.database.clock import from_now
from infra.database.tables import touched

# each process sweeps once a second, and what it finds older than two is its backlog
_UNTOLD = timedelta(seconds=3.5)
_LIMIT_SECONDS = 4.0
_PERIOD_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Handover:
    """Waits for other processes, on the primary."""

    engine: AsyncEngine
    reading: AsyncEngine

    async def complete(self, row_id: UUID | None, tenant: UUID, writers: Iterable[UUID]) -> None:
        """Wait until another process has told of a change, or none can.

        A change that has no row gets one: others are to keep the positions of its writers.
        """
        with suppress(TimeoutError):
            async with asyncio.timeout(_LIMIT_SECONDS):
                row_id = row_id or await self._noted(tenant, writers)
                # what is waited for happens in another process
                while await self._is_awaited(row_id):  # noqa: ASYNC110
                    await asyncio.sleep(_PERIOD_SECONDS)

    async def _noted(self, tenant: UUID, writers: Iterable[UUID]) -> UUID:
        while True:
            row_id = new_id()
            with suppress(SQLAlchemyError, OSError):
                async with self.engine.begin() as connection:
                    await connection.execute(NOTE_CHANGE, row_of(row_id, tenant, (), writers))
                return row_id
            # one that was stored all the same would only be told twice
            await asyncio.sleep(_PERIOD_SECONDS)

    async def _is_awaited(self, row_id: UUID) -> bool:
        is_there = exists().where(touched.c.id == row_id)
        oldest = select(func.min(touched.c.touched_at)).scalar_subquery()
        asked = select(is_there & (oldest > from_now(-_UNTOLD)))
        try:
            async with self.reading.connect() as connection:
                return bool(await connection.scalar(asked))
        except (SQLAlchemyError, OSError):
            return True  # nobody knows yet
