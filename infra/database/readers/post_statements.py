"""The SELECTs of posts: built once for each shape, with names in the place of values.

Building a statement and finding its compiled form took a fifth of an uncached list's time.
"""

from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    Column,
    ColumnElement,
    Select,
    and_,
    bindparam,
    exists,
    func,
    or_,
    select,
)

from application.post.ports import TOTAL_LIMIT, Listing, Sort
from application.post.views import AuthorView, PostSummary
from domain.post import Status
from infra.database.tables import addresses, post_tags, posts, users

SUMMARY = (
    *(posts.c[name] for name in PostSummary.model_fields if name != "author"),
    posts.c.author_id,
    posts.c.deleted_at,
    *(users.c[name] for name in AuthorView.model_fields),
)
_TENANT: BindParameter[Any] = bindparam("tenant")
_AT: BindParameter[Any] = bindparam("at")
_AUTHORS = and_(users.c.tenant == posts.c.tenant, users.c.id == posts.c.author_id)
_ADDRESSES = and_(addresses.c.tenant == posts.c.tenant, addresses.c.post_id == posts.c.id)
_OF_TAG = and_(posts.c.tenant == post_tags.c.tenant, posts.c.id == post_tags.c.post_id)
_IS_PUBLIC = and_(posts.c.status == Status.PUBLISHED.value, posts.c.deleted_at.is_(None))
_IS_OWN = posts.c.author_id == bindparam("caller")


class Sight(Enum):
    """What a caller may see besides the posts that everyone sees."""

    PUBLIC = "nothing"
    OWN = "their own"
    ALL = "all"


class After(Enum):
    """Where a page begins."""

    START = "at the start, or an offset"
    DATED = "after a post with a date of publication"
    UNDATED = "after a post without one"


@dataclass(frozen=True, slots=True)
class Shape:
    """What decides the text of a list's statements; all else is a value."""

    listing: Listing
    sort: Sort
    sight: Sight
    by_author: bool
    tags: int
    after: After

    @property
    def walks_along_a_tag(self) -> bool:
        """Whether the index of the first tag gives the order; it holds public posts only."""
        return self.tags > 0 and not self.by_author and self.listing is Listing.PUBLISHED

    @property
    def order(self) -> tuple[Column[Any], Column[Any]]:
        if self.walks_along_a_tag:
            return post_tags.c.published_at, post_tags.c.post_id
        return posts.c.published_at, posts.c.id


@lru_cache
def one_post(sight: Sight, *, by_address: bool) -> Select[Any]:
    """Select a post by `:id` or `:address`."""
    statement = select(*SUMMARY, posts.c.body).join(users, _AUTHORS)
    statement = statement.where(posts.c.tenant == _TENANT)
    if by_address:
        statement = statement.join(addresses, _ADDRESSES)
        statement = statement.where(addresses.c.address == bindparam("address"))
    else:
        statement = statement.where(posts.c.id == bindparam("id"))
    if sight is Sight.PUBLIC:
        return statement.where(_IS_PUBLIC)
    return statement.where(or_(_IS_PUBLIC, _IS_OWN)) if sight is Sight.OWN else statement


@lru_cache(maxsize=512)
def page(shape: Shape) -> Select[Any]:
    """Select `:limit` posts from `:offset` on, or after the post `:id` published `:at`."""
    statement = _ids(shape)
    if shape.walks_along_a_tag:
        statement = statement.join(posts, _OF_TAG)
    newest_first = shape.sort is Sort.NEWEST
    order = [column.desc() if newest_first else column.asc() for column in shape.order]
    statement = statement.join(users, _AUTHORS).with_only_columns(*SUMMARY).order_by(*order)
    if shape.after is After.START:
        statement = statement.offset(bindparam("offset"))
    else:
        statement = statement.where(_older(shape) if newest_first else _newer(shape))
    return statement.limit(bindparam("limit"))


@lru_cache(maxsize=512)
def total(shape: Shape) -> Select[Any]:
    """Count a list's posts, up to one more than is told."""
    bounded = _ids(shape).limit(TOTAL_LIMIT + 1).subquery()
    return select(func.count()).select_from(bounded)


def _ids(shape: Shape) -> Select[Any]:
    if shape.walks_along_a_tag:
        return _ids_along_a_tag(shape)
    conditions = [posts.c.tenant == _TENANT, *_listed(shape)]
    if shape.by_author:
        author = select(users.c.id).where(
            users.c.tenant == _TENANT, users.c.username_folded == bindparam("author")
        )
        conditions.append(posts.c.author_id == author.scalar_subquery())
    conditions += [_has(number, posts.c.id) for number in range(shape.tags)]
    return select(posts.c.id).where(*conditions)


def _ids_along_a_tag(shape: Shape) -> Select[Any]:
    return select(post_tags.c.post_id).where(
        post_tags.c.tenant == _TENANT,
        post_tags.c.tag == bindparam("tag_0"),
        post_tags.c.published_at.is_not(None),
        *(_has(number, post_tags.c.post_id) for number in range(1, shape.tags)),
    )


def _listed(shape: Shape) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]]
    if shape.listing is Listing.DELETED:
        conditions = [posts.c.deleted_at.is_not(None)]
    else:
        conditions = [posts.c.status == shape.listing.value, posts.c.deleted_at.is_(None)]
    is_for_its_author = shape.listing is not Listing.PUBLISHED and shape.sight is not Sight.ALL
    return [*conditions, _IS_OWN] if is_for_its_author else conditions


def _has(number: int, post_id: Column[Any]) -> ColumnElement[bool]:
    another = post_tags.alias()
    return exists().where(
        another.c.tenant == _TENANT,
        another.c.post_id == post_id,
        another.c.tag == bindparam(f"tag_{number}"),
    )


# Both use an index on MySQL and SQLite, where the row value `(a, b) < (x, y)` does not.
# Drafts have no published_at, and nulls count as the oldest on both.


def _older(shape: Shape) -> ColumnElement[bool]:
    published_at, post_id = shape.order
    lower_id = post_id < bindparam("id")
    if shape.after is After.UNDATED:
        return and_(published_at.is_(None), lower_id)
    older = and_(published_at <= _AT, or_(published_at < _AT, lower_id))
    may_be_undated = shape.listing in (Listing.DRAFT, Listing.DELETED)
    return or_(older, published_at.is_(None)) if may_be_undated else older


def _newer(shape: Shape) -> ColumnElement[bool]:
    published_at, post_id = shape.order
    higher_id = post_id > bindparam("id")
    if shape.after is After.UNDATED:
        return or_(and_(published_at.is_(None), higher_id), published_at.is_not(None))
    return and_(published_at >= _AT, or_(published_at > _AT, higher_id))
