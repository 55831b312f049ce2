"""Posts as views: one SELECT each, straight into what goes out."""

from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, and_, func, or_, select

from application.post.ports import TOTAL_LIMIT, PostsQuery
from application.post.views import (
    AuthorView,
    EditorialPostView,
    EditorialSummary,
    PostPage,
    PostSummary,
    PostView,
)
from domain.post import Status
from domain.user import Caller
from infra.database.readers.post_filters import Selection, selection, with_posts
from infra.database.sessions import Session
from infra.database.tables import addresses, posts, users
from infra.security.cursors import Cursor, Cursors

_OF_ITSELF = [name for name in PostSummary.model_fields if name != "author"]
_SUMMARY = (
    *(posts.c[name] for name in _OF_ITSELF),
    posts.c.author_id,
    posts.c.deleted_at,
    users.c.username,
    users.c.display_name,
    users.c.image,
)
_AUTHORS = and_(users.c.tenant == posts.c.tenant, users.c.id == posts.c.author_id)
_IS_PUBLIC = and_(posts.c.status == Status.PUBLISHED.value, posts.c.deleted_at.is_(None))


class SqlPostReader:
    """Selects posts for a tenant."""

    def __init__(self, session: Session, cursors: Cursors) -> None:
        self._session = session
        self._tenant = session.tenant
        self._cursors = cursors

    async def get(self, key: UUID | str, seen_by: Caller | None) -> PostView | None:
        statement = select(*_SUMMARY, posts.c.body).join(users, _AUTHORS)
        row = await self._session.first(_visible_to(seen_by, self._keyed(statement, key)))
        if row is None:
            return None
        fields = _fields(row) | {"body": row.body}
        if _may_edit(seen_by, row):
            return EditorialPostView.model_construct(**fields, deleted_at=row.deleted_at)
        return PostView.model_construct(**fields)

    async def page(self, query: PostsQuery, seen_by: Caller | None) -> PostPage:
        chosen = selection(query, self._tenant, seen_by)
        after = self._cursors.read(query.cursor, query.sort) if query.cursor else None
        statement = with_posts(chosen.page(query, after)).join(users, _AUTHORS)
        rows = await self._session.all(statement.with_only_columns(*_SUMMARY))
        shown = rows[: query.limit]
        total = await self._total(chosen, query, len(rows))
        return PostPage.model_construct(
            total=min(total, TOTAL_LIMIT),
            total_is_exact=total <= TOTAL_LIMIT,
            items=tuple(_summary(row, seen_by) for row in shown),
            next_cursor=self._next_cursor(query, shown[-1]) if len(rows) > query.limit else None,
        )

    def _keyed(self, statement: Select[Any], key: UUID | str) -> Select[Any]:
        statement = statement.where(posts.c.tenant == self._tenant)
        if isinstance(key, UUID):
            return statement.where(posts.c.id == key)
        leads_here = and_(addresses.c.tenant == posts.c.tenant, addresses.c.post_id == posts.c.id)
        return statement.join(addresses, leads_here).where(addresses.c.address == key)

    async def _total(self, chosen: Selection, query: PostsQuery, found: int) -> int:
        if not query.cursor and not query.offset and found <= query.limit:
            return found  # all of them are on this page
        bounded = chosen.ids.limit(TOTAL_LIMIT + 1).subquery()
        return int(await self._session.scalar(select(func.count()).select_from(bounded)))

    def _next_cursor(self, query: PostsQuery, last: Row[Any]) -> str:
        return self._cursors.write(Cursor(query.sort, last.published_at, last.id))


def _visible_to(caller: Caller | None, statement: Select[Any]) -> Select[Any]:
    if caller is None:
        return statement.where(_IS_PUBLIC)
    if caller.edits_all_posts:
        return statement
    return statement.where(or_(_IS_PUBLIC, posts.c.author_id == caller.id))


def _may_edit(caller: Caller | None, row: Row[Any]) -> bool:
    return caller is not None and (caller.edits_all_posts or row.author_id == caller.id)


def _summary(row: Row[Any], seen_by: Caller | None) -> PostSummary:
    # built without validation: the columns are what the database was given through the domain
    if _may_edit(seen_by, row):
        return EditorialSummary.model_construct(**_fields(row), deleted_at=row.deleted_at)
    return PostSummary.model_construct(**_fields(row))


def _fields(row: Row[Any]) -> dict[str, Any]:
    fields = {name: getattr(row, name) for name in _OF_ITSELF}
    fields["tags"] = tuple(row.tags)
    fields["status"] = Status(row.status)
    fields["author"] = AuthorView.model_construct(
        username=row.username, display_name=row.display_name, image=row.image
    )
    return fields
