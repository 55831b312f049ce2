"""Posts as views: one SELECT each, straight into what goes out."""

from typing import Any
from uuid import UUID

from sqlalchemy import Row

from application.post.ports import TOTAL_LIMIT, Listing, PostsQuery
from application.post.views import (
    EditorialPostView,
    EditorialSummary,
    PostPage,
    PostSummary,
    PostView,
)
from domain.errors import Unauthenticated
from domain.text import folded
from domain.user import Caller
from infra.database.readers.post_statements import (
    SUMMARY,
    After,
    Shape,
    Sight,
    one_post,
    page,
    total,
)
from infra.database.sessions import Session
from infra.security.cursors import Cursor, Cursors

_NAMES = [*(column.name for column in SUMMARY), "body"]


class SqlPostReader:
    """Selects posts for a tenant."""

    def __init__(self, session: Session, cursors: Cursors) -> None:
        self._session = session
        self._cursors = cursors

    async def get(self, key: UUID | str, seen_by: Caller | None) -> PostView | None:
        by_address = isinstance(key, str)
        values = self._values(seen_by) | {"address" if by_address else "id": key}
        statement = one_post(_sight(seen_by), by_address=by_address)
        row = await self._session.first(statement, values)
        if row is None:
            return None
        shape = EditorialPostView if _may_edit(seen_by, row) else PostView
        return shape.model_validate(_fields(row))

    async def page(self, query: PostsQuery, seen_by: Caller | None) -> PostPage:
        if query.status is not Listing.PUBLISHED and seen_by is None:
            raise Unauthenticated("Sign in to see posts that are not published.")
        after = self._cursors.read(query.cursor, query.sort) if query.cursor else None
        shape = _shape(query, seen_by, after)
        values = self._values(seen_by) | _filters(query)
        rows = await self._session.all(page(shape), values | _place(query, after))
        shown = rows[: query.limit]
        found = await self._total(query, shape, values, len(rows))
        return PostPage.model_construct(
            total=min(found, TOTAL_LIMIT),
            total_is_exact=found <= TOTAL_LIMIT,
            items=tuple(_summary(row, seen_by) for row in shown),
            next_cursor=self._next_cursor(query, shown[-1]) if len(rows) > query.limit else None,
        )

    async def _total(
        self, query: PostsQuery, shape: Shape, values: dict[str, Any], found: int
    ) -> int:
        if not query.cursor and not query.offset and found <= query.limit:
            return found  # all of them are on this page
        return int(await self._session.scalar(total(shape), values))

    def _next_cursor(self, query: PostsQuery, last: Row[Any]) -> str:
        return self._cursors.write(Cursor(query.sort, last.published_at, last.id))

    def _values(self, seen_by: Caller | None) -> dict[str, Any]:
        return {"tenant": self._session.tenant, "caller": seen_by and seen_by.id}


def _sight(caller: Caller | None) -> Sight:
    if caller is None:
        return Sight.PUBLIC
    return Sight.ALL if caller.edits_all_posts else Sight.OWN


def _shape(query: PostsQuery, seen_by: Caller | None, cursor: Cursor | None) -> Shape:
    after = After.START
    if cursor is not None:
        after = After.DATED if cursor.published_at else After.UNDATED
    return Shape(
        listing=query.status,
        sort=query.sort,
        sight=_sight(seen_by),
        by_author=query.author is not None,
        tags=len(query.tag),
        after=after,
    )


def _filters(query: PostsQuery) -> dict[str, Any]:
    tags = {f"tag_{number}": folded(tag.strip()) for number, tag in enumerate(query.tag)}
    return tags | {"author": folded(query.author)} if query.author else tags


def _place(query: PostsQuery, after: Cursor | None) -> dict[str, Any]:
    # one more than a page: whether there is a next one is then known
    limit = {"limit": query.limit + 1}
    if after is None:
        return limit | {"offset": query.offset or 0}
    return limit | {"at": after.published_at, "id": after.id}


def _may_edit(caller: Caller | None, row: Row[Any]) -> bool:
    return caller is not None and (caller.edits_all_posts or row.author_id == caller.id)


def _summary(row: Row[Any], seen_by: Caller | None) -> PostSummary:
    shape = EditorialSummary if _may_edit(seen_by, row) else PostSummary
    return shape.model_validate(_fields(row))


def _fields(row: Row[Any]) -> dict[str, Any]:
    fields = dict(zip(_NAMES, row, strict=False))  # a summary ends before the body
    return fields | {"author": fields}  # the row has the author's columns too
