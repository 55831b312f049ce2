"""Queries of posts."""

from uuid import UUID

from application.handlers import query_handler
from application.post.ports import PostsQuery
from application.post.views import PostPage, PostView
from application.unit_of_work import ReadUnitOfWork
from domain.errors import NotFound
from domain.post import TAG_LIMIT
from domain.text import checked_name
from domain.user import USERNAME_LIMIT, Caller

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
    async def get_posts(self, posts_query: PostsQuery) -> PostPage:
        """Give the total and a page; raises Invalid for what could not be a tag, an author, or
        a cursor of ours."""
        for tag in posts_query.tag:
            checked_name("tag", tag.strip(), TAG_LIMIT)
        if posts_query.author is not None:
            checked_name("author", posts_query.author, USERNAME_LIMIT)
        return await self.read_uow.posts.page(posts_query, seen_by=self.caller)
