"""Working copies as views."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select

from application.working_copy.views import WorkingCopyView
from infra.blog.revision.compressing import decompressed
from infra.blog.working_copy.table import working_copies
from infra.database.sessions import Session


class SqlWorkingCopyReader:
    """Selects working copies for a tenant."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._own = select(working_copies).where(working_copies.c.tenant == session.tenant)

    async def get(self, post_id: UUID, user_id: UUID) -> WorkingCopyView | None:
        this = working_copies.c.post_id == post_id, working_copies.c.user_id == user_id
        row = await self._session.first(self._own.where(*this))
        return _view(row) if row else None

    async def of_user(
        self, user_id: UUID, after: UUID | None, limit: int
    ) -> Sequence[WorkingCopyView]:
        of_user = self._own.where(working_copies.c.user_id == user_id)
        if after:
            of_user = of_user.where(working_copies.c.post_id > after)
        page = of_user.order_by(working_copies.c.post_id).limit(limit)
        return [_view(row) for row in await self._session.all(page)]


def _view(row: Row[Any]) -> WorkingCopyView:
    return WorkingCopyView.model_validate(dict(row._mapping) | {"body": decompressed(row.body)})
