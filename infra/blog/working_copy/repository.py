"""Working copies as they are stored."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, delete, insert, update

from application.unit_of_work import ConcurrentChange
from application.working_copy.views import WorkingCopyView
from domain.working_copy import WorkingCopy
from infra.blog.revision.compressing import compressed
from infra.blog.working_copy.table import working_copies
from infra.database.inserting import inserted
from infra.database.sessions import Session


class SqlWorkingCopyRepository:
    """Stores working copies of a tenant."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def save(self, copy: WorkingCopy) -> None:
        saved = await _values(copy)
        there = update(working_copies).where(*self._of_both(copy.post_id, copy.user_id))
        if await self._session.change(there.values(saved)):
            return
        key = {"tenant": self._session.tenant, "post_id": copy.post_id, "user_id": copy.user_id}
        new = key | {"based_on": copy.based_on} | saved
        if not await inserted(self._session, insert(working_copies), new):
            raise ConcurrentChange

    async def remove(self, post_id: UUID, user_id: UUID) -> None:
        await self._session.change(delete(working_copies).where(*self._of_both(post_id, user_id)))

    async def take(self, copy: WorkingCopyView, user_id: UUID) -> None:
        as_read = working_copies.c.saved_at == copy.saved_at
        this = delete(working_copies).where(*self._of_both(copy.post_id, user_id), as_read)
        if not await self._session.change(this):
            raise ConcurrentChange

    async def remove_all(self, user_id: UUID) -> None:
        await self._session.change(delete(working_copies).where(*self._of(user_id)))

    def _of_both(self, post_id: UUID, user_id: UUID) -> tuple[ColumnElement[bool], ...]:
        return *self._of(user_id), working_copies.c.post_id == post_id

    def _of(self, user_id: UUID) -> tuple[ColumnElement[bool], ...]:
        own = working_copies.c.tenant == self._session.tenant
        return own, working_copies.c.user_id == user_id


async def _values(copy: WorkingCopy) -> dict[str, Any]:
    return {
        "title": copy.text.title,
        "summary": copy.text.summary,
        "tags": list(copy.text.tags),
        "body": await compressed(copy.text.body),
        "saved_at": copy.saved_at,
    }
