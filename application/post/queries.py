"""Queries of posts."""

from uuid import UUID

from application.callers import signed_in
from application.handlers import query_handler
from application.post.ports import Listing, PostsQuery, Sort
from application.post.views import PostPage, PostView
from application.unit_of_work import ReadUnitOfWork
from domain.errors import Invalid, NotFound
from domain.post import TAG_LIMIT
from domain.text import checked_name
from domain.user import USERNAME_LIMIT, Caller
from domain.words import searched_words

__all__ = ["PostQueryService", "PostsQuery"]


class PostQueryService:
    """Reads posts for one caller."""

    def __init__(self, read_uow: ReadUnitOfWork, caller: Caller | None) -> None:
        self.read_uow = read_uow
        self.caller = caller

    @query_handler
    async def get_post(self, post_id: UUID | str) -> PostView:
        """Give a post by its id or slug; raises NotFound, also where the caller may not see it."""
        post = await self.read_uow.posts.get(post_id, seen_by=self.caller)
        if post is None:
            raise NotFound("post")
        return post

    @query_handler
    async def find_slug(self, address: str) -> str | None:
        """Give the slug of the post to which an address leads, where the caller may see it."""
        return await self.read_uow.posts.slug_at(address, seen_by=self.caller)

    @query_handler
    async def get_posts(self, posts_query: PostsQuery) -> PostPage:
        """Give the total and a page; raises Invalid for what could not be looked for, and
        Unauthenticated where nobody's own posts are asked for."""
        _check(posts_query)
        if posts_query.status is not Listing.PUBLISHED or posts_query.feed:
            signed_in(self.caller)
        return await self.read_uow.posts.page(posts_query, seen_by=self.caller)


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
