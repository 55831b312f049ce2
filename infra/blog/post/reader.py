"""Posts as views, by one SELECT each."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, func

from application.pages import TOTAL_LIMIT
from application.post.excerpt import READ, excerpt_of, reading_minutes_of
from application.post.ports import PostsQuery, Sort, Surroundings, Text
from application.post.views import (
    DeletedPostView,
    DeletedSummary,
    Neighbour,
    PostPage,
    PostSummary,
    PostView,
)
from domain.caller import Onlooker
from domain.post import Kind, Status
from domain.text import folded
from domain.words import searched_words
from infra.blog.licence.present import Offers, present_offers
from infra.blog.media.covers import cover_of
from infra.blog.post.sight import sight_of, values_of
from infra.blog.post.statements import (
    ORDERED_BY,
    SUMMARY,
    After,
    Shape,
    one_post,
    page,
    slug_at_address,
    tag_counts,
    total,
)
from infra.blog.post.surroundings import AROUND_POST, TEXTS
from infra.blog.post.table import posts
from infra.database.paging import cut, told
from infra.database.sessions import Session
from infra.security.cursors import Cursor

# only here: what other lists do not show of a body, they do not read
_OF_BODY = (
    func.substr(posts.c.body, 1, READ).label("beginning"),
    func.char_length(posts.c.body).label("length"),
)
_NAMES = [column.name for column in SUMMARY]


class SqlPostReader:
    """Selects posts for a tenant."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._cursors = session.cursors

    async def get(self, key: UUID | str, seen_by: Onlooker) -> PostView | None:
        by_address = isinstance(key, str)
        values = self._values(seen_by) | {"address" if by_address else "id": key}
        statement = one_post(sight_of(seen_by), by_address=by_address)
        row = await self._session.first(statement, values)
        if row is None:
            return None
        shape = DeletedPostView if row.deleted_at else PostView
        offers = await present_offers(self._session, [row])
        fields = _fields(row, offers, row.body[:READ], len(row.body))
        fields["body"] = row.body if row.may_read else None
        return shape.model_validate(fields)

    async def texts(self, post_ids: Collection[UUID]) -> dict[UUID, Text]:
        values = {"tenant": self._session.tenant, "ids": list(post_ids)}
        rows = await self._session.all(TEXTS, values)
        return {row.id: Text(row.body, row.path) for row in rows}

    async def surroundings(self, post: PostView) -> Surroundings:
        is_listed = post.status is Status.PUBLISHED and post.kind is Kind.POST
        at = post.published_at if is_listed else None
        is_public = at and not isinstance(post, DeletedPostView)
        values = {"tenant": self._session.tenant, "id": post.id, "at": at if is_public else None}
        rows = await self._session.all(AROUND_POST, values)
        found = {row.role: row for row in rows}
        return Surroundings(
            found["path"].slug, _neighbour(found, "previous"), _neighbour(found, "next")
        )

    async def slug_at(self, address: str, seen_by: Onlooker) -> str | None:
        values = self._values(seen_by) | {"address": address}
        slug: str | None = await self._session.scalar(slug_at_address(sight_of(seen_by)), values)
        return slug

    async def page(self, query: PostsQuery, seen_by: Onlooker) -> PostPage:
        after = self._cursors.read(query.cursor, query.sort) if query.cursor else None
        if len(query.tag) > 1:
            query = await self._rarest_tag_first(query)
        shape = _shape(query, seen_by, after)
        values = self._values(seen_by) | _filters(query)
        place = _place(query, after)
        rows = await self._session.all(_page(shape), values | place)
        found = await self._total(query, shape, values, rows)
        if shape.is_found_whole and found > TOTAL_LIMIT:
            # the limit has cut the matches before they were sorted
            rows = await self._session.all(_page(replace(shape, common=True)), values | place)
        shown, last = cut(rows, query.limit)
        offers = await present_offers(self._session, shown)
        return PostPage.model_construct(
            **told(found),
            items=tuple(_summary(row, offers) for row in shown),
            next_cursor=self._next_cursor(query, last) if last else None,
        )

    async def _rarest_tag_first(self, query: PostsQuery) -> PostsQuery:
        # the list is read along the first tag, whose number of posts decides its cost
        wanted = {folded(tag.strip()): tag for tag in query.tag}
        rows = await self._session.all(tag_counts(), self._values(None) | {"tags": list(wanted)})
        counts = {row.tag: row.posts_count for row in rows}
        rarest_first = sorted(wanted, key=lambda tag: counts.get(tag, 0))
        return query.model_copy(update={"tag": tuple(wanted[tag] for tag in rarest_first)})

    async def _total(
        self, query: PostsQuery, shape: Shape, values: dict[str, Any], rows: Sequence[Row[Any]]
    ) -> int:
        if not query.cursor and not query.offset and len(rows) <= query.limit:
            return len(rows)  # this page has all of them
        if rows and shape.is_found_whole:
            return int(rows[0].total)
        return int(await self._session.scalar(total(shape), values) or 0)

    def _next_cursor(self, query: PostsQuery, last: Row[Any]) -> str:
        place = last._mapping[ORDERED_BY[query.sort]]
        at = place.isoformat() if isinstance(place, datetime) else place
        return self._cursors.write(Cursor(query.sort, at, last.id))

    def _values(self, seen_by: Onlooker) -> dict[str, Any]:
        return {"tenant": self._session.tenant, **values_of(seen_by)}


@lru_cache(maxsize=512)
def _page(shape: Shape) -> Select[Any]:
    return page(shape).add_columns(*_OF_BODY)


def _shape(query: PostsQuery, seen_by: Onlooker, cursor: Cursor | None) -> Shape:
    after = After.START
    if cursor is not None:
        after = After.UNDATED if cursor.at is None else After.DATED
    return Shape(
        listing=query.status,
        sort=query.sort,
        sight=sight_of(seen_by),
        by_author=query.author is not None,
        of_followed=query.feed is not None,
        tags=len(query.tag),
        favored=query.favorited_by is not None,
        searched=query.q is not None,
        after=after,
    )


def _filters(query: PostsQuery) -> dict[str, Any]:
    filters: dict[str, Any] = {
        f"tag_{number}": folded(tag.strip()) for number, tag in enumerate(query.tag)
    }
    for name in ("author", "favorited_by"):
        if username := getattr(query, name):
            filters[name] = folded(username)
    return filters | {"words": searched_words(query.q)} if query.q else filters


def _place(query: PostsQuery, after: Cursor | None) -> dict[str, Any]:
    # one more than the page, which shows whether there is a next page
    limit = {"limit": query.limit + 1}
    if after is None:
        return limit | {"offset": query.offset or 0}
    is_moment = isinstance(after.at, str) and query.sort is not Sort.TITLE
    at = datetime.fromisoformat(str(after.at)).astimezone(UTC) if is_moment else after.at
    return limit | {"at": at, "id": after.id}


def _summary(row: Row[Any], offers: Offers) -> PostSummary:
    shape = DeletedSummary if row.deleted_at else PostSummary
    return shape.model_validate(_fields(row, offers, row.beginning, row.length))


def _fields(row: Row[Any], offers: Offers, beginning: str, length: int) -> dict[str, Any]:
    fields = dict(zip(_NAMES, row, strict=False))  # a selected row has more columns
    return fields | {
        "author": fields,  # the row also has the author's columns, and those of the cover
        "cover": cover_of(fields),
        "may_read": row.may_read,
        "offer": offers.get(row.id),
        "excerpt": excerpt_of(row.summary, beginning, length),
        "reading_minutes": reading_minutes_of(length),
    }


def _neighbour(found: dict[str, Row[Any]], role: str) -> Neighbour | None:
    row = found.get(role)
    return row and Neighbour(slug=row.slug, title=row.title)
