"""Periodic jobs: any process adds them, once in each period."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import monotonic

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from domain.ids import new_id
from domain.job import ATTEMPTS, State
from domain.tenant import DEFAULT_TENANT
from infra.database.clock import from_now
from infra.database.errors import is_duplicate
from infra.database.tables import jobs

_HOUR = timedelta(hours=1)
_DELAY = timedelta(minutes=5)  # not while the server starts


@dataclass(slots=True)
class Hourly:
    """Adds one job of a kind per hour of database time: without a requester, for all tenants."""

    engine: AsyncEngine
    kind: str
    _next_try: float = field(default=0.0, init=False)

    async def add(self) -> None:
        """Add this hour's job, unless it exists; accesses the database once an hour."""
        if monotonic() < self._next_try:
            return
        try:
            async with self.engine.begin() as connection:
                now: datetime = (await connection.execute(select(from_now()))).scalar_one()
                await self._insert(connection, now)
        except IntegrityError as error:
            if not is_duplicate(error):
                raise
        began = now.replace(minute=0, second=0, microsecond=0)
        self._next_try = monotonic() + (began + _HOUR - now).total_seconds()

    async def _insert(self, connection: AsyncConnection, now: datetime) -> None:
        row = {
            "id": new_id(),
            "tenant": DEFAULT_TENANT,
            "kind": self.kind,
            "payload": {},
            "period": now.strftime("%Y-%m-%dT%H"),
            "state": State.QUEUED,
            "attempts": 0,
            "max_attempts": ATTEMPTS,
            "run_at": now + _DELAY,
            "due_at": now + _DELAY,
            "created_at": now,
        }
        await connection.execute(insert(jobs).values(row))
