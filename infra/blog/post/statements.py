"""The SELECTs of posts: built once for each shape, with bind parameters for values.

To build a statement and to find its compiled form took a fifth of an uncached list's time.
"""

from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    Column,
    ColumnElement,
    FromClause,
    Select,
    Table,
    and_,
    bindparam,
    exists,
    func,
    or_,
    select,
)

from application.pages import TOTAL_LIMIT
from application.post.ports import Listing, Sort
from application.post.views import PostSummary
from application.user.views import AuthorView
from infra.blog.licence.table import grants
from infra.blog.media.table import pictures
from infra.blog.post.full_text import HAS_WORDS, HAS_WORDS_TOO
from infra.blog.post.sight import GRANTS, IS_OWN, Sight, may_read, may_see
from infra.blog.post.table import addresses, favorites, post_search, post_tags, posts
from infra.blog.tag.table import tags
from infra.blog.user.table import follows, users
from infra.database.paging import bounded_count

_OF_COVER = ("name", "state", "alt", "width", "height", "sizes")
SUMMARY = (
    *(posts.c[name] for name in PostSummary.model_fields if name in posts.c),
    posts.c.deleted_at,
    posts.c.cover_id,
    *(users.c[name] for name in AuthorView.model_fields),
    *(pictures.c[name].label(f"cover_{name}") for name in _OF_COVER),
)
Order = tuple[ColumnElement[Any], ColumnElement[Any]]
_TENANT: BindParameter[Any] = bindparam("tenant")
_AT: BindParameter[Any] = bindparam("at")
AUTHORS = and_(users.c.tenant == posts.c.tenant, users.c.id == posts.c.author_id)
COVERS = and_(pictures.c.tenant == posts.c.tenant, pictures.c.id == posts.c.cover_id)
_ADDRESSES = and_(addresses.c.tenant == posts.c.tenant, addresses.c.post_id == posts.c.id)
ORDERED_BY = {
    Sort.NEWEST: "published_at",
    Sort.OLDEST: "published_at",
    Sort.UPDATED: "updated_at",
    Sort.TITLE: "title",
}
_INDEXED_BY = {
    Sort.NEWEST: "publication",
    Sort.OLDEST: "publication",
    Sort.UPDATED: "update",
    Sort.TITLE: "title",
}


class After(Enum):
    """Where a page begins."""

    START = "at the start, or an offset"
    DATED = "after a post that has what the order goes by"
    UNDATED = "after a post without a date of publication"


@dataclass(frozen=True, slots=True)
class Shape:
    """The options that determine a list's SQL text; all others are bind parameters."""

    listing: Listing
    sort: Sort
    sight: Sight
    by_author: bool
    of_followed: bool
    tags: int
    favored: bool
    searched: bool
    after: After
    common: bool = False  # whether more posts have the words than are counted

    @property
    def walked(self) -> Table:
        """The table that the list scans; all tables but `post` have only public posts."""
        if self.listing is not Listing.PUBLISHED:
            return posts
        if self.searched:
            return post_search
        if self.favored:
            return favorites
        return post_tags if self.tags and not self.by_author else posts

    @property
    def is_one_tag(self) -> bool:
        """Whether it is all posts of a tag, whose number is stored."""
        is_narrower = self.of_followed or self.favored or self.searched or self.by_author
        return self.tags == 1 and self.walked is post_tags and not is_narrower

    @property
    def is_found_whole(self) -> bool:
        """Whether each page requires finding all its posts, which are then counted as well."""
        return self.walked is post_search and not self.common

    @property
    def is_for_its_author(self) -> bool:
        """Whether it has the caller's posts alone."""
        return self.listing is not Listing.PUBLISHED and self.sight is not Sight.ALL

    @property
    def index(self) -> str | None:
        """The index that MySQL must use, where there is one.

        By default MySQL chooses by how much of each index is in memory: it read 100,000
        posts of all authors and sorted them, for the 20 after the newest 1,000.
        """
        if self.common:
            return "post_search_by_publication, post_search_words"
        if self.of_followed or self.tags or self.favored or self.searched:
            return None
        whose = "of_author" if self.by_author or self.is_for_its_author else "listed"
        return f"post_{whose}_by_{_INDEXED_BY[self.sort]}"

    @property
    def order(self) -> Order:
        walked = self.walked
        return walked.c[ORDERED_BY[self.sort]], _post_id(walked)

    @property
    def descends(self) -> bool:
        return self.sort.startswith("-")


def _told(sight: Sight, source: FromClause, *columns: ColumnElement[Any]) -> Select[Any]:
    """Select what is shown of posts, and these columns."""
    told = select(*SUMMARY, may_read(sight).label("may_read"), *columns)
    told = told.select_from(source).join(users, AUTHORS).outerjoin(pictures, COVERS)
    return told.outerjoin(grants, GRANTS) if sight is Sight.OWN else told


@lru_cache
def one_post(sight: Sight, *, by_address: bool) -> Select[Any]:
    """Select a post by `:id` or `:address`."""
    return _seen(_told(sight, posts, posts.c.body), sight, by_address)


@lru_cache
def slug_at_address(sight: Sight) -> Select[Any]:
    """Select the slug of the post to which `:address` leads."""
    return _seen(select(posts.c.slug), sight, by_address=True)


@lru_cache
def tag_counts() -> Select[Any]:
    """Select how many posts have each of `:tags`."""
    wanted = tags.c.tag.in_(bindparam("tags", expanding=True))
    return select(tags.c.tag, tags.c.posts_count).where(tags.c.tenant == _TENANT, wanted)


@lru_cache(maxsize=512)
def page(shape: Shape) -> Select[Any]:
    """Select `:limit` posts from `:offset` on, or after the post `:id` whose order is `:at`."""
    # first the ids, which an index has, then the rows of these alone
    found = _some_ids(shape).subquery()
    told = [found.c.total] if shape.is_found_whole else []
    chosen = posts.join(found, found.c.post_id == posts.c.id)
    statement = _told(shape.sight, chosen, *told)
    statement = statement.where(posts.c.tenant == _TENANT)
    return statement.order_by(*_directed(shape, found.c.place, found.c.post_id))


@lru_cache(maxsize=512)
def total(shape: Shape, *, bounded: bool = True) -> Select[Any]:
    """Count a list's posts: all of them, or up to one more than the limit."""
    if shape.is_one_tag:
        return select(tags.c.posts_count).where(
            tags.c.tenant == _TENANT, tags.c.tag == bindparam("tag_0")
        )
    ids = _ids(shape)
    return bounded_count(ids) if bounded else select(func.count()).select_from(ids.subquery())


def _some_ids(shape: Shape) -> Select[Any]:
    order = shape.order
    ids = _ids(shape).add_columns(order[0].label("place"))
    if shape.is_found_whole:
        # the cost is proportional to their number: where there are more, the list is read instead
        some = ids.limit(TOTAL_LIMIT + 1).subquery()
        found = select(some, func.count().over().label("total")).subquery()
        ids, order = select(found), (found.c.place, found.c.post_id)
    ids = ids.order_by(*_directed(shape, *order)).limit(bindparam("limit"))
    if shape.after is After.START:
        return ids.offset(bindparam("offset"))
    return ids.where(_before(shape, order) if shape.descends else _behind(shape, order))


def _directed(shape: Shape, *columns: ColumnElement[Any]) -> list[ColumnElement[Any]]:
    return [column.desc() if shape.descends else column.asc() for column in columns]


def _seen(statement: Select[Any], sight: Sight, by_address: bool) -> Select[Any]:
    statement = statement.where(posts.c.tenant == _TENANT)
    if by_address:
        statement = statement.join(addresses, _ADDRESSES)
        statement = statement.where(addresses.c.address == bindparam("address"))
    else:
        statement = statement.where(posts.c.id == bindparam("id"))
    return statement.where(may_see(sight))


def _post_id(table: Table) -> Column[Any]:
    return table.c.id if table is posts else table.c.post_id


def _ids(shape: Shape) -> Select[Any]:
    walked = shape.walked
    conditions = [walked.c.tenant == _TENANT]
    conditions += _listed(shape) if walked is posts else [walked.c.published_at.is_not(None)]
    if shape.searched:
        conditions.append(_searched(shape))
    if shape.favored:
        conditions.append(_favored(walked))
    conditions += [_tagged(number, walked) for number in range(shape.tags)]
    if shape.by_author:
        conditions.append(posts.c.author_id == _user_called("author"))
    if shape.of_followed:
        conditions.append(posts.c.author_id.in_(_followed()))
    ids = select(_post_id(walked).label("post_id")).where(*conditions)
    if shape.index:
        ids = ids.with_hint(walked, f"FORCE INDEX ({shape.index})", "mysql")
    if walked is not posts and (shape.by_author or shape.of_followed):
        same = and_(posts.c.tenant == walked.c.tenant, posts.c.id == walked.c.post_id)
        return ids.join(posts, same)
    return ids


def _listed(shape: Shape) -> list[ColumnElement[bool]]:
    is_listed = posts.c.listing == shape.listing.value
    return [is_listed, IS_OWN] if shape.is_for_its_author else [is_listed]


def _searched(shape: Shape) -> ColumnElement[bool]:
    walked = shape.walked
    if walked is post_search:
        return HAS_WORDS_TOO if shape.common else HAS_WORDS
    found = select(post_search.c.post_id).where(post_search.c.tenant == _TENANT, HAS_WORDS)
    return _post_id(walked).in_(found)


def _favored(walked: Table) -> ColumnElement[bool]:
    if walked is favorites:
        return favorites.c.user_id == _user_called("favorited_by")
    return exists().where(
        favorites.c.tenant == _TENANT,
        favorites.c.post_id == _post_id(walked),
        favorites.c.user_id == _user_called("favorited_by"),
    )


def _tagged(number: int, walked: Table) -> ColumnElement[bool]:
    if walked is post_tags and number == 0:
        return post_tags.c.tag == bindparam("tag_0")
    another = post_tags.alias()
    return exists().where(
        another.c.tenant == _TENANT,
        another.c.post_id == _post_id(walked),
        another.c.tag == bindparam(f"tag_{number}"),
    )


def _user_called(name: str) -> ColumnElement[Any]:
    called = users.c.username_folded == bindparam(name)
    return select(users.c.id).where(users.c.tenant == _TENANT, called).scalar_subquery()


def _followed() -> Select[Any]:
    return select(follows.c.followed_id).where(
        follows.c.tenant == _TENANT, follows.c.follower_id == bindparam("caller")
    )


# Both use an index on MySQL and SQLite, where the row value `(a, b) < (x, y)` does not.
# Drafts have no published_at, and nulls count as the oldest on both.


def _before(shape: Shape, order: Order) -> ColumnElement[bool]:
    place, post_id = order
    lower_id = post_id < bindparam("id")
    if shape.after is After.UNDATED:
        return and_(place.is_(None), lower_id)
    before = and_(place <= _AT, or_(place < _AT, lower_id))
    may_be_undated = shape.listing in (Listing.DRAFT, Listing.DELETED)
    return or_(before, place.is_(None)) if may_be_undated else before


def _behind(shape: Shape, order: Order) -> ColumnElement[bool]:
    place, post_id = order
    higher_id = post_id > bindparam("id")
    if shape.after is After.UNDATED:
        return or_(and_(place.is_(None), higher_id), place.is_not(None))
    return and_(place >= _AT, or_(place > _AT, higher_id))
