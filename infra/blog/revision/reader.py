"""Revisions as views."""

from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, and_, select

from application.pages import PageQuery
from application.revision.ports import Ownership
from application.revision.views import RevisionPage, RevisionSummary, RevisionView
from application.user.views import AuthorView
from domain.post import Status
from infra.blog.post.table import posts
from infra.blog.revision.compressing import decompressed
from infra.blog.revision.table import revisions
from infra.blog.user.table import users
from infra.database.paging import bounded_count, cut, told
from infra.database.sessions import Session
from infra.security.cursors import Cursor

_ORDER = "version"
_OWN = tuple(revisions.c[name] for name in RevisionSummary.model_fields if name != "author")
_AUTHOR = tuple(users.c[name] for name in AuthorView.model_fields)
AUTHORS = and_(users.c.tenant == revisions.c.tenant, users.c.id == revisions.c.author_id)

PRESENT = and_(
    posts.c.tenant == revisions.c.tenant,
    posts.c.id == revisions.c.post_id,
    posts.c.revision == revisions.c.version,
)


class SqlRevisionReader:
    """Selects revisions for a tenant."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._cursors = session.cursors

    async def ownership(self, post_id: UUID) -> Ownership | None:
        selected = select(posts.c.author_id, posts.c.status, posts.c.deleted_at)
        this = posts.c.tenant == self._session.tenant, posts.c.id == post_id
        row = await self._session.first(selected.where(*this))
        if row is None:
            return None
        is_public = row.status == Status.PUBLISHED.value and row.deleted_at is None
        return Ownership(row.author_id, is_public)

    async def page(self, post_id: UUID, query: PageQuery) -> RevisionPage:
        found = self._of_post(post_id)
        page = found.order_by(revisions.c.version.desc()).offset(query.offset or 0)
        if query.cursor:
            page = page.where(revisions.c.version < self._cursors.read(query.cursor, _ORDER).at)
        rows = await self._session.all(page.limit(query.limit + 1))
        counted = bounded_count(found.with_only_columns(revisions.c.version))
        shown, last = cut(rows, query.limit)
        return RevisionPage(
            **told(int(await self._session.scalar(counted))),
            items=tuple(RevisionSummary.model_validate(_fields(row)) for row in shown),
            next_cursor=self._cursors.write(Cursor(_ORDER, last.version)) if last else None,
        )

    async def get(self, post_id: UUID, version: int) -> RevisionView | None:
        found = self._of_post(post_id).add_columns(revisions.c.body)
        row = await self._session.first(found.where(revisions.c.version == version))
        if row is None:
            return None
        return RevisionView.model_validate(_fields(row) | {"body": decompressed(row.body)})

    async def present(self, post_id: UUID) -> RevisionSummary | None:
        found = self._of_post(post_id).join(posts, PRESENT)
        row = await self._session.first(found)
        return RevisionSummary.model_validate(_fields(row)) if row else None

    def _of_post(self, post_id: UUID) -> Select[Any]:
        of_post = revisions.c.tenant == self._session.tenant, revisions.c.post_id == post_id
        return select(*_OWN, *_AUTHOR).join(users, AUTHORS).where(*of_post)


def _fields(row: Row[Any]) -> dict[str, Any]:
    fields = dict(row._mapping)
    return fields | {"author": fields}
