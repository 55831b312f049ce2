"""Queries of posts."""

from uuid import UUID

from application.handlers import query_handler
from application.post.ports import PostsQuery
from application.post.views import PostPage, PostView
from application.unit_of_work import ReadUnitOfWork
from domain.errors import NotFound
from domain.user import Caller

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
        """Give the total and a page; raises Invalid for a cursor that is not one of ours."""
        return await self.read_uow.posts.page(posts_query, seen_by=self.caller)
