"""Queries of posts."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from uuid import UUID

from application import cache_tags
from application.caching import Cache, Tags, cached
from application.callers import signed_in
from application.handlers import query_handler
from application.post.ports import Listing, PostsQuery, Sort
from application.post.views import (
    EditorialPostView,
    EditorialSummary,
    PostPage,
    PostSummary,
    PostView,
)
from application.unit_of_work import ReadUnitOfWork
from domain.errors import Invalid, NotFound
from domain.post import TAG_LIMIT
from domain.text import checked_name
from domain.user import USERNAME_LIMIT, Caller
from domain.words import searched_words

__all__ = ["PostQueryService", "PostsQuery"]


def _tags_of_post(post_id: UUID | str) -> Tags:
    return cache_tags.post(post_id), cache_tags.AUTHORS


def _tags_of_list(posts_query: PostsQuery) -> Tags | None:
    # what one caller alone sees, and what changes with favourites, is not kept
    is_of_one = posts_query.status is not Listing.PUBLISHED or posts_query.feed
    return None if is_of_one or posts_query.favorited_by else (cache_tags.POSTS,)


class PostQueryService:
    """Reads posts for one caller."""

    def __init__(self, read_uow: ReadUnitOfWork, cache: Cache, caller: Caller | None) -> None:
        self.read_uow = read_uow
        self.cache = cache
        self.caller = caller

    async def _as_caller_sees_post(
        self, of_everyone: Callable[[], Awaitable[PostView]], post_id: UUID | str
    ) -> PostView:
        try:
            post = await of_everyone()
        except NotFound:
            return await self._hidden_post(post_id)
        return _editorial(post) if await self._own_of([post]) else post

    async def _as_caller_sees_list(
        self, of_everyone: Callable[[], Awaitable[PostPage]], posts_query: PostsQuery
    ) -> PostPage:
        if _tags_of_list(posts_query) is None:
            return await self._list_of_caller(posts_query)
        page = await of_everyone()
        own = await self._own_of(page.items)
        items = tuple(_editorial_summary(post) if post.id in own else post for post in page.items)
        return page.model_copy(update={"items": items})

    @query_handler
    @cached(ttl=30, tags=_tags_of_post, own_part=_as_caller_sees_post)
    async def get_post(self, post_id: UUID | str) -> PostView:
        """Give a post by its id or slug; raises NotFound, also where the caller may not see it."""
        post = await self.read_uow.posts.get(post_id, seen_by=None)
        if post is None:
            raise NotFound("post")
        return post

    @query_handler
    @cached(ttl=30, tags=_tags_of_list, own_part=_as_caller_sees_list)
    async def get_posts(self, posts_query: PostsQuery) -> PostPage:
        """Give the total and a page; raises Invalid for what could not be looked for, and
        Unauthenticated where nobody's own posts are asked for."""
        _check(posts_query)
        if posts_query.status is not Listing.PUBLISHED or posts_query.feed:
            signed_in(self.caller)
        return await self.read_uow.posts.page(posts_query, seen_by=None)

    @query_handler
    async def find_slug(self, address: str) -> str | None:
        """Give the slug of the post to which an address leads, where the caller may see it."""
        return await self.read_uow.posts.slug_at(address, seen_by=self.caller)

    @query_handler
    async def _hidden_post(self, post_id: UUID | str) -> PostView:
        post = await self.read_uow.posts.get(post_id, seen_by=self.caller)
        if post is None:
            raise NotFound("post")
        return post

    @query_handler
    async def _list_of_caller(self, posts_query: PostsQuery) -> PostPage:
        _check(posts_query)
        return await self.read_uow.posts.page(posts_query, seen_by=self.caller)

    async def _own_of(self, shown: Sequence[PostSummary]) -> Collection[UUID]:
        """Give those of the posts that the caller may edit."""
        caller = signed_in(self.caller)
        if not caller.writes_posts or not shown:
            return ()
        ids = [post.id for post in shown]
        return ids if caller.edits_all_posts else await self._written_by_caller(ids)

    @query_handler
    async def _written_by_caller(self, post_ids: Sequence[UUID]) -> Collection[UUID]:
        return await self.read_uow.posts.written_by(signed_in(self.caller).id, post_ids)


def _editorial(post: PostView) -> EditorialPostView:
    # what everyone sees is not deleted
    return EditorialPostView(**dict(post), deleted_at=None)


def _editorial_summary(post: PostSummary) -> EditorialSummary:
    return EditorialSummary(**dict(post), deleted_at=None)


def _check(query: PostsQuery) -> None:
    for tag in query.tag:
        checked_name("tag", tag.strip(), TAG_LIMIT)
    for field in ("author", "favorited_by"):
        if username := getattr(query, field):
            checked_name(field, username, USERNAME_LIMIT)
    if query.q is not None and not searched_words(query.q):
        raise Invalid("q", "No word in it has three letters and is not too common.", "no_words")
    if query.sort not in (Sort.NEWEST, Sort.OLDEST) and _filters_by_publication(query):
        raise Invalid("sort", "tag, favorited_by, feed and q go with published_at only.")


def _filters_by_publication(query: PostsQuery) -> bool:
    return any((query.tag, query.favorited_by, query.feed, query.q))
