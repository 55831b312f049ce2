"""Comments as views: one SELECT for the post, one for its comments."""

from typing import Any
from uuid import UUID

from pydantic_core import to_json
from sqlalchemy import ColumnElement, Row, Select, and_, select

from application.comment.views import CommentPage, CommentView
from application.pages import PageQuery
from application.user.views import AuthorView
from domain.caller import Caller
from infra.blog.comment.table import comments
from infra.blog.post.sight import Sight, may_see, sight_of
from infra.blog.post.table import posts
from infra.blog.user.table import users
from infra.database.paging import cut, fitting, told
from infra.database.sessions import Session
from infra.security.cursors import Cursor

_ORDER = "number"
_OWN = tuple(comments.c[name] for name in CommentView.model_fields if name != "author")
_AUTHOR = tuple(users.c[name] for name in AuthorView.model_fields)
AUTHORS = and_(users.c.tenant == comments.c.tenant, users.c.id == comments.c.author_id)
POSTS = and_(posts.c.tenant == comments.c.tenant, posts.c.id == comments.c.post_id)


class SqlCommentReader:
    """Selects comments for a tenant."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._cursors = session.cursors

    async def get(self, post_id: UUID, number: int, seen_by: Caller | None) -> CommentView | None:
        seen = self._of_post(post_id).join(posts, POSTS).where(may_see(sight_of(seen_by)))
        values = {"caller": seen_by and seen_by.id}
        row = await self._session.first(seen.where(comments.c.number == number), values)
        return _view(row) if row else None

    async def page(
        self, post_id: UUID, query: PageQuery, seen_by: Caller | None
    ) -> CommentPage | None:
        after = self._after(query)
        values = {"caller": seen_by and seen_by.id}
        total = await self._session.scalar(self._count(post_id, sight_of(seen_by)), values)
        if total is None:
            return None
        page = self._of_post(post_id).where(*after).order_by(comments.c.number)
        rows = await self._session.all(page.offset(query.offset or 0).limit(query.limit + 1))
        shown, last = cut(rows, min(query.limit, fitting(map(_size, rows))))
        return CommentPage(
            **told(total),
            items=tuple(map(_view, shown)),
            next_cursor=self._cursor(last) if last else None,
        )

    def _of_post(self, post_id: UUID) -> Select[Any]:
        return (
            select(*_OWN, *_AUTHOR)
            .join(users, AUTHORS)
            .where(
                comments.c.tenant == self._session.tenant,
                comments.c.post_id == post_id,
                comments.c.deleted_at.is_(None),
            )
        )

    def _count(self, post_id: UUID, sight: Sight) -> Select[Any]:
        of_tenant = posts.c.tenant == self._session.tenant
        return select(posts.c.comments_count).where(
            of_tenant, posts.c.id == post_id, may_see(sight)
        )

    def _after(self, query: PageQuery) -> list[ColumnElement[bool]]:
        if query.cursor is None:
            return []
        return [comments.c.number > self._cursors.read(query.cursor, _ORDER).at]

    def _cursor(self, last: Row[Any]) -> str:
        return self._cursors.write(Cursor(_ORDER, last.number))


def _size(row: Row[Any]) -> int:
    return len(to_json(row.body))


def _view(row: Row[Any]) -> CommentView:
    fields = dict(row._mapping)
    return CommentView.model_validate(fields | {"author": fields})
