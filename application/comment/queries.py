"""Queries of comments."""

from uuid import UUID

from application.comment.views import CommentPage, CommentView
from application.handlers import query_handler
from application.pages import PageQuery
from application.unit_of_work import ReadUnitOfWork
from domain.errors import NotFound
from domain.user import Caller


class CommentQueryService:
    """Reads comments for one caller."""

    def __init__(self, read_uow: ReadUnitOfWork, caller: Caller | None) -> None:
        self.read_uow = read_uow
        self.caller = caller

    @query_handler
    async def get_comment(self, post_id: UUID, number: int) -> CommentView:
        """Give a comment; raises NotFound, also where the caller may not see its post."""
        comment = await self.read_uow.comments.get(post_id, number, seen_by=self.caller)
        if comment is None:
            raise NotFound("comment")
        return comment

    @query_handler
    async def get_comments(self, post_id: UUID, query: PageQuery) -> CommentPage:
        """Give the total and a page; raises NotFound where the caller may not see the post."""
        page = await self.read_uow.comments.page(post_id, query, seen_by=self.caller)
        if page is None:
            raise NotFound("post")
        return page
