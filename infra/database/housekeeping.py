"""Housekeeping: deletes expired rows, in transactions of few rows."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, ColumnElement, Table, delete, select, tuple_
from sqlalchemy.ext.asyncio import AsyncEngine

from infra.database.clock import from_now
from infra.database.tables import tenants

_BATCH = 1000
_PARENTS = 100  # in one transaction, after their parts

Conditions = tuple[ColumnElement[bool], ...]


@dataclass(frozen=True, slots=True)
class Chore:
    """A table whose rows expire, and the columns of other tables that refer to them.

    `still` is checked again as rows are deleted, where `old` selects from the table itself, which
    MySQL refuses in a DELETE.
    """

    name: str
    table: Table
    old: Callable[[datetime], Conditions]
    parts: tuple[Column[Any], ...] = ()
    still: Callable[[datetime], Conditions] | None = None


@dataclass(frozen=True, slots=True)
class Housekeeping:
    """Works on one tenant after the other; a run that was interrupted starts again from the
    first."""

    engine: AsyncEngine
    reading: AsyncEngine
    chores: Sequence[Chore]

    async def run(self) -> Counter[str]:
        """Delete expired rows; returns their number by chore."""
        deleted: Counter[str] = Counter()
        async with self.reading.connect() as connection:
            now: datetime = (await connection.execute(select(from_now()))).scalar_one()
        for tenant in await self.tenants():
            for chore in self.chores:
                deleted[chore.name] += await self._done(tenant, chore, now)
        return deleted

    async def tenants(self) -> Sequence[UUID]:
        """Return all tenants."""
        async with self.reading.connect() as connection:
            return list((await connection.execute(select(tenants.c.id))).scalars())

    async def _done(self, tenant: UUID, chore: Chore, now: datetime) -> int:
        table, old = chore.table, chore.old(now)
        if not chore.parts:
            return await self._delete(tenant, table, old, chore.still and chore.still(now))
        total = 0
        while ids := await self._ids(tenant, table, old):
            for part in chore.parts:
                await self._delete(tenant, part.table, (part.in_(ids),))
            total += await self._delete(tenant, table, (*old, table.c.id.in_(ids)))
        return total

    async def _ids(self, tenant: UUID, table: Table, old: Conditions) -> Sequence[UUID]:
        found = select(table.c.id).where(table.c.tenant == tenant, *old).limit(_PARENTS)
        async with self.reading.connect() as connection:
            return list((await connection.execute(found)).scalars())

    async def _delete(
        self, tenant: UUID, table: Table, old: Conditions, still: Conditions | None = None
    ) -> int:
        keys = [key for key in table.primary_key if key.name != "tenant"]
        own = table.c.tenant == tenant
        total, found = 0, _BATCH
        while found == _BATCH:
            async with self.engine.begin() as connection:
                chosen = select(*keys).where(own, *old).limit(_BATCH)
                rows = (await connection.execute(chosen)).all()
                if found := len(rows):
                    these = tuple_(*keys).in_([tuple(row) for row in rows])
                    gone = delete(table).where(own, *(still or old), these)
                    total += (await connection.execute(gone)).rowcount
        return total
