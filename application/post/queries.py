"""Queries of posts."""

from uuid import UUID

from application import cache_tags
from application.caching import Tags, cached
from application.callers import authenticated
from application.finding import found
from application.handlers import query_handler
from application.post.ports import Listing, PostReader, PostsQuery, Sort
from application.post.views import PostPage, PostView
from application.services import Queries
from domain.errors import Invalid
from domain.post import TAG_LIMIT
from domain.text import checked_name
from domain.user import USERNAME_LIMIT
from domain.words import searched_words

__all__ = ["PostQueryService", "PostsQuery"]


def _tags_of_post(post_id: UUID | str) -> Tags:
    return cache_tags.post(post_id), cache_tags.AUTHORS


def _tags_of_list(posts_query: PostsQuery) -> Tags | None:
    # lists of one caller, and lists that change with each favourite, are not cached
    is_of_one = posts_query.status is not Listing.PUBLISHED or posts_query.feed
    return None if is_of_one or posts_query.favorited_by else (cache_tags.POSTS,)


class PostQueryService(Queries):
    """Reads posts for one caller."""

    async def _post_of_caller(self, post_id: UUID | str) -> PostView:
        return found(await self.read_uow[PostReader].get(post_id, seen_by=self.caller), "post")

    async def _list_of_caller(self, posts_query: PostsQuery) -> PostPage:
        _check(posts_query)
        return await self.read_uow[PostReader].page(posts_query, seen_by=self.caller)

    @query_handler
    @cached(ttl=30, tags=_tags_of_post, fallback=_post_of_caller)
    async def get_post(self, post_id: UUID | str) -> PostView:
        """Return a post by its id or slug; raises NotFound, also where the caller may not see
        it."""
        return found(await self.read_uow[PostReader].get(post_id, seen_by=None), "post")

    @query_handler
    @cached(ttl=30, tags=_tags_of_list, fallback=_list_of_caller)
    async def get_posts(self, posts_query: PostsQuery) -> PostPage:
        """Return the total and a page; raises Invalid for filters that can't match, and
        Unauthenticated where an anonymous caller asks for a list of one's own."""
        _check(posts_query)
        if posts_query.status is not Listing.PUBLISHED or posts_query.feed:
            authenticated(self.caller)
        return await self.read_uow[PostReader].page(posts_query, seen_by=None)

    @query_handler
    async def find_slug(self, address: str) -> str | None:
        """Return the present slug of the post of an address, where the caller may see it."""
        return await self.read_uow[PostReader].slug_at(address, seen_by=self.caller)


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
