"""Housekeeping: deletes what nobody can ask for any more, in transactions of few rows."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Column, ColumnElement, Table, delete, select, tuple_
from sqlalchemy.ext.asyncio import AsyncEngine

from application.idempotency.commands import GOOD_FOR
from application.post.ports import Listing
from domain.ids import first_id
from domain.job import State
from domain.post import RESTORABLE_FOR
from domain.token_family import LIFETIME
from infra.database.clock import from_now
from infra.database.tables import (
    answers,
    comments,
    favorites,
    job_items,
    jobs,
    post_search,
    post_tags,
    posts,
    tenants,
    token_families,
)

JOBS_KEPT_FOR = timedelta(days=7)
_CLOCKS_DIFFER_BY = timedelta(hours=1)  # who restores a post goes by another clock
_BATCH = 1000
_PARENTS = 100  # at once, whose parts go first
_PARTS_OF_POSTS = tuple(table.c.post_id for table in (comments, favorites, post_tags, post_search))

Conditions = tuple[ColumnElement[bool], ...]


@dataclass(frozen=True, slots=True)
class Housekeeping:
    """Looks after one tenant after the other; who is stopped in the middle begins anew."""

    engine: AsyncEngine
    reading: AsyncEngine

    async def run(self) -> Counter[str]:
        """Delete what is old enough; gives how much of each."""
        deleted: Counter[str] = Counter()
        async with self.reading.connect() as connection:
            now: datetime = (await connection.execute(select(from_now()))).scalar_one()
            of = list((await connection.execute(select(tenants.c.id))).scalars())
        for tenant in of:
            deleted["jobs"] += await self._delete_with_parts(
                tenant, jobs, _ended(now - JOBS_KEPT_FOR), (job_items.c.job_id,)
            )
            deleted["answers"] += await self._delete(
                tenant, answers, (answers.c.given_at < now - GOOD_FOR,)
            )
            deleted["logins"] += await self._delete(
                tenant, token_families, _expired(now - LIFETIME)
            )
            deleted["posts"] += await self._delete_with_parts(
                tenant, posts, _gone(now - RESTORABLE_FOR - _CLOCKS_DIFFER_BY), _PARTS_OF_POSTS
            )
        return deleted

    async def _delete_with_parts(
        self, tenant: UUID, table: Table, old: Conditions, parts: Sequence[Column[Any]]
    ) -> int:
        total = 0
        while ids := await self._ids(tenant, table, old):
            for part in parts:
                await self._delete(tenant, part.table, (part.in_(ids),))
            total += await self._delete(tenant, table, (*old, table.c.id.in_(ids)))
        return total

    async def _ids(self, tenant: UUID, table: Table, old: Conditions) -> Sequence[UUID]:
        found = select(table.c.id).where(table.c.tenant == tenant, *old).limit(_PARENTS)
        async with self.reading.connect() as connection:
            return list((await connection.execute(found)).scalars())

    async def _delete(self, tenant: UUID, table: Table, old: Conditions) -> int:
        keys = [key for key in table.primary_key if key.name != "tenant"]
        is_old = (table.c.tenant == tenant, *old)
        total, found = 0, _BATCH
        while found == _BATCH:
            async with self.engine.begin() as connection:
                rows = (await connection.execute(select(*keys).where(*is_old).limit(_BATCH))).all()
                if found := len(rows):
                    chosen = tuple_(*keys).in_([tuple(row) for row in rows])
                    gone = await connection.execute(delete(table).where(*is_old, chosen))
                    total += gone.rowcount
        return total


def _ended(before: datetime) -> Conditions:
    # an id tells when it was made: what is newer than that is not looked at
    is_over = jobs.c.state.in_((State.SUCCEEDED, State.DISCARDED))
    return jobs.c.id < first_id(before), is_over, jobs.c.finished_at < before


def _expired(before: datetime) -> Conditions:
    return token_families.c.id < first_id(before), token_families.c.rotated_at < before


def _gone(before: datetime) -> Conditions:
    is_deleted = posts.c.listing == Listing.DELETED.value
    # what is deleted is not updated: that has an index
    return is_deleted, posts.c.updated_at < before, posts.c.deleted_at < before
