"""Published posts as articles, by one SELECT each, and a count where a list has more pages."""

from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, and_, bindparam, select

from application.article.marks import Marks
from application.article.ports import ArticlesPage, ArticlesQuery
from application.article.views import (
    Article,
    ArticleAuthor,
    ArticleAuthorView,
    ArticleComment,
    ArticleCommentsView,
    ArticleCommentView,
    ArticleSummary,
    ArticlesView,
    ArticleTagsView,
    ArticleView,
)
from application.post.excerpt import READ, excerpt_of
from application.post.ports import Listing, Sort
from application.post.views import closed_post
from domain.caller import Onlooker
from domain.post import Access
from domain.text import folded
from infra.blog.comment.reader import AUTHORS as COMMENTERS
from infra.blog.comment.table import comments
from infra.blog.post.favorites import FAVORED
from infra.blog.post.sight import IS_PUBLIC, Sight, sight_of, values_of
from infra.blog.post.statements import (
    After,
    Shape,
    one_post,
    page,
    slug_at_address,
    total,
)
from infra.blog.post.table import addresses, favorites, posts
from infra.blog.tag.table import tags
from infra.blog.user.follows import FOLLOWED
from infra.blog.user.table import follows, users
from infra.database.sessions import Session

_COMMENTS_SHOWN, _TAGS_SHOWN = 5_000, 10_000
_AUTHOR = (users.c.username, users.c.bio, users.c.image)
_FAVORED_AT = and_(
    addresses.c.tenant == favorites.c.tenant, addresses.c.post_id == favorites.c.post_id
)
_HAS_ADDRESS = posts.c.slug == bindparam("address")  # as its present slug

Values = Mapping[str, Any]


class SqlArticleReader:
    """Selects articles for a tenant."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._tenant = session.tenant

    async def article(self, key: UUID | str, seen_by: Onlooker) -> ArticleView | None:
        by_address = isinstance(key, str)
        values = {"tenant": self._tenant, "address" if by_address else "id": key}
        values |= values_of(seen_by)
        row = await self._session.first(_one(sight_of(seen_by), by_address=by_address), values)
        return _article(row) if row else None

    async def post_id(self, address: str) -> UUID | None:
        return await self._found(_ID_AT_ADDRESS, address)

    async def page(self, query: ArticlesQuery) -> ArticlesView:
        shape = _shape(
            by_author=query.author is not None,
            tags=int(query.tag is not None),
            favored=query.favorited is not None,
        )
        return await self._listed(shape, query, _filters(query))

    async def feed(self, page: ArticlesPage, follower: UUID) -> ArticlesView:
        return await self._listed(_shape(of_followed=True), page, {"caller": follower})

    async def comment(self, post_id: UUID, number: int) -> ArticleCommentView | None:
        row = await self._session.first(self._comments(post_id).where(comments.c.number == number))
        return ArticleCommentView(comment=_comment(row)) if row else None

    async def comments(self, slug: str) -> ArticleCommentsView | None:
        post_id = await self._found(_ID_AT_SLUG, slug)
        if post_id is None:
            return None
        newest = self._comments(post_id).order_by(comments.c.number.desc()).limit(_COMMENTS_SHOWN)
        rows = await self._session.all(newest)
        return ArticleCommentsView(comments=tuple(map(_comment, rows)))

    async def author(self, username: str) -> ArticleAuthorView | None:
        called = users.c.username_folded == folded(username)
        row = await self._session.first(
            select(*_AUTHOR).where(users.c.tenant == self._tenant, called)
        )
        return ArticleAuthorView(profile=_author(row)) if row else None

    async def tags(self) -> ArticleTagsView:
        used = select(tags.c.name).where(tags.c.tenant == self._tenant, tags.c.posts_count > 0)
        most_used = used.order_by(tags.c.posts_count.desc(), tags.c.tag).limit(_TAGS_SHOWN)
        return ArticleTagsView(tags=tuple(row.name for row in await self._session.all(most_used)))

    async def marks(self, user_id: UUID, limit: int) -> Marks:
        favored = select(posts.c.slug).join(favorites, FAVORED)
        slugs = await self._names(self._favored(favored, user_id).limit(limit + 1))
        usernames = await self._names(self._followed(user_id).limit(limit + 1))
        if max(len(slugs), len(usernames)) > limit:
            return Marks(favorites=frozenset(), follows=frozenset(), is_whole=False)
        return Marks(favorites=slugs, follows=usernames)

    async def marks_among(
        self, slugs: Collection[str], usernames: Collection[str], user_id: UUID
    ) -> Marks:
        # by their addresses, which have an index
        favored = select(addresses.c.address).join(favorites, _FAVORED_AT)
        favored = favored.where(addresses.c.tenant == self._tenant, addresses.c.address.in_(slugs))
        called = users.c.username_folded.in_([*map(folded, usernames)])
        followed = self._followed(user_id).where(users.c.tenant == self._tenant, called)
        return Marks(
            favorites=await self._names(self._favored(favored, user_id)) if slugs else frozenset(),
            follows=await self._names(followed) if usernames else frozenset(),
        )

    async def _listed(self, shape: Shape, asked: ArticlesPage, filters: Values) -> ArticlesView:
        values = {"tenant": self._tenant, **filters}
        place = {"limit": asked.limit + 1, "offset": asked.offset}
        rows = await self._session.all(_page(shape), values | place)
        count = asked.offset + len(rows)
        if len(rows) > asked.limit or (asked.offset and not rows):
            count = int(await self._session.scalar(total(shape, bounded=False), values) or 0)
        shown = tuple(ArticleSummary(**_told(row)) for row in rows[: asked.limit])
        return ArticlesView(articles=shown, articles_count=count)

    async def _found(self, statement: Select[Any], address: str) -> UUID | None:
        values = {"tenant": self._tenant, "address": address}
        found: UUID | None = await self._session.scalar(statement, values)
        return found

    def _comments(self, post_id: UUID) -> Select[Any]:
        return (
            select(comments, *_AUTHOR)
            .join(users, COMMENTERS)
            .where(
                comments.c.tenant == self._tenant,
                comments.c.post_id == post_id,
                comments.c.deleted_at.is_(None),
            )
        )

    def _favored(self, found: Select[Any], user_id: UUID) -> Select[Any]:
        return found.where(favorites.c.tenant == self._tenant, favorites.c.user_id == user_id)

    def _followed(self, user_id: UUID) -> Select[Any]:
        found = select(users.c.username).join(follows, FOLLOWED)
        return found.where(follows.c.tenant == self._tenant, follows.c.follower_id == user_id)

    async def _names(self, found: Select[Any]) -> frozenset[str]:
        return frozenset((await self._session.execute(found)).scalars())


_ID_AT_ADDRESS = slug_at_address(Sight.PUBLIC).with_only_columns(posts.c.id)
_ID_AT_SLUG = _ID_AT_ADDRESS.where(_HAS_ADDRESS)


@lru_cache
def _one(sight: Sight, *, by_address: bool) -> Select[Any]:
    """Select an article by `:id`, or by its present slug `:address`."""
    statement = one_post(sight, by_address=by_address).where(IS_PUBLIC).add_columns(users.c.bio)
    return statement.where(_HAS_ADDRESS) if by_address else statement


@lru_cache
def _page(shape: Shape) -> Select[Any]:
    return page(shape).add_columns(users.c.bio)


def _shape(
    *,
    by_author: bool = False,
    of_followed: bool = False,
    tags: int = 0,
    favored: bool = False,
) -> Shape:
    return Shape(
        listing=Listing.PUBLISHED,
        sort=Sort.NEWEST,
        sight=Sight.PUBLIC,
        by_author=by_author,
        of_followed=of_followed,
        tags=tags,
        favored=favored,
        searched=False,
        after=After.START,
    )


def _filters(query: ArticlesQuery) -> dict[str, str]:
    named = {"tag_0": query.tag, "author": query.author, "favorited_by": query.favorited}
    return {name: folded(value.strip()) for name, value in named.items() if value is not None}


def _article(row: Row[Any]) -> ArticleView:
    is_closed = not row.may_read
    excerpt = excerpt_of(row.summary, row.body[:READ], len(row.body))
    article = Article(**_told(row), body=excerpt if is_closed else row.body)
    access = Access(row.access)
    closed = closed_post(access, row.id, row.author_id, may_read=row.may_read)
    return ArticleView.of(article, closed)


def _told(row: Row[Any]) -> dict[str, Any]:
    return {
        "slug": row.slug,
        "title": row.title,
        "description": row.summary or "",
        "tag_list": row.tags,
        "created_at": row.published_at,
        "updated_at": row.updated_at,
        "favorites_count": row.favorites_count,
        "author": _author(row),
    }


def _author(row: Row[Any]) -> ArticleAuthor:
    return ArticleAuthor(username=row.username, bio=row.bio, image=row.image)


def _comment(row: Row[Any]) -> ArticleComment:
    return ArticleComment(
        id=row.number,
        created_at=row.created_at,
        updated_at=row.updated_at,
        author=_author(row),
        body=row.body,
    )
