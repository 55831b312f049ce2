"""The conditions of a list of posts: which, in which order, from where on."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Column, ColumnElement, Select, and_, exists, or_, select

from application.post.ports import Listing, PostsQuery, Sort
from domain.errors import Unauthenticated
from domain.text import folded
from domain.user import Caller
from infra.database.tables import post_tags, posts, users
from infra.security.cursors import Cursor

_OF_TAG = and_(posts.c.tenant == post_tags.c.tenant, posts.c.id == post_tags.c.post_id)


@dataclass(frozen=True, slots=True)
class Selection:
    """The ids of a list's posts, and the columns that order it."""

    ids: Select[Any]
    published_at: Column[Any]
    id: Column[Any]
    has_drafts: bool = False

    def page(self, query: PostsQuery, after: Cursor | None) -> Select[Any]:
        """Order, and take one more than a page: whether there is a next one is then known."""
        newest_first = query.sort is Sort.NEWEST
        columns = (self.published_at, self.id)
        order = [column.desc() if newest_first else column.asc() for column in columns]
        statement = self.ids.order_by(*order).limit(query.limit + 1)
        if after is not None:
            return statement.where(self._older(after) if newest_first else self._newer(after))
        return statement.offset(query.offset) if query.offset else statement

    # Both use an index on MySQL and SQLite, where the row value `(a, b) < (x, y)` does not.
    # Drafts have no published_at, and nulls count as the oldest on both.

    def _older(self, cursor: Cursor) -> ColumnElement[bool]:
        at, lower_id = self.published_at, self.id < cursor.id
        if cursor.published_at is None:
            return and_(at.is_(None), lower_id)
        older = and_(at <= cursor.published_at, or_(at < cursor.published_at, lower_id))
        return or_(older, at.is_(None)) if self.has_drafts else older

    def _newer(self, cursor: Cursor) -> ColumnElement[bool]:
        at, higher_id = self.published_at, self.id > cursor.id
        if cursor.published_at is None:
            return or_(and_(at.is_(None), higher_id), at.is_not(None))
        return and_(at >= cursor.published_at, or_(at > cursor.published_at, higher_id))


def selection(query: PostsQuery, tenant: UUID, seen_by: Caller | None) -> Selection:
    """Select the posts that a query is about; raises Unauthenticated for an anonymous
    caller who asks for what only authors and editors see."""
    if query.tag and query.author is None and query.status is Listing.PUBLISHED:
        return _tagged(query, tenant)
    conditions = [posts.c.tenant == tenant, *_listed(query.status)]
    if query.status is not Listing.PUBLISHED:
        conditions += _own(seen_by)
    if query.author is not None:
        conditions.append(posts.c.author_id == _id_of(query.author, tenant))
    conditions += [_has(tag, tenant, posts.c.id) for tag in query.tag]
    ids = select(posts.c.id).select_from(posts).where(*conditions)
    has_drafts = query.status in (Listing.DRAFT, Listing.DELETED)
    return Selection(ids, posts.c.published_at, posts.c.id, has_drafts)


def with_posts(statement: Select[Any]) -> Select[Any]:
    """Join the posts to a selection that walks along a tag."""
    return statement if posts in statement.get_final_froms() else statement.join(posts, _OF_TAG)


def _tagged(query: PostsQuery, tenant: UUID) -> Selection:
    first, *others = query.tag
    ids = (
        select(post_tags.c.post_id)
        .select_from(post_tags)
        .where(
            post_tags.c.tenant == tenant,
            post_tags.c.tag == folded(first.strip()),
            post_tags.c.published_at.is_not(None),
            *(_has(tag, tenant, post_tags.c.post_id) for tag in others),
        )
    )
    return Selection(ids, post_tags.c.published_at, post_tags.c.post_id)


def _listed(listing: Listing) -> list[ColumnElement[bool]]:
    if listing is Listing.DELETED:
        return [posts.c.deleted_at.is_not(None)]
    return [posts.c.status == listing.value, posts.c.deleted_at.is_(None)]


def _own(caller: Caller | None) -> list[ColumnElement[bool]]:
    if caller is None:
        raise Unauthenticated("Sign in to see posts that are not published.")
    return [] if caller.edits_all_posts else [posts.c.author_id == caller.id]


def _id_of(username: str, tenant: UUID) -> Any:
    return (
        select(users.c.id)
        .where(users.c.tenant == tenant, users.c.username_folded == folded(username))
        .scalar_subquery()
    )


def _has(tag: str, tenant: UUID, post_id: Column[Any]) -> ColumnElement[bool]:
    another = post_tags.alias()
    return exists().where(
        another.c.tenant == tenant,
        another.c.post_id == post_id,
        another.c.tag == folded(tag.strip()),
    )
