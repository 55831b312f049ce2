"""Queries of comments."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from application import cache_tags
from application.caching import Cache, Tags, cached
from application.comment.views import CommentPage, CommentView
from application.handlers import query_handler
from application.pages import PageQuery
from application.unit_of_work import ReadUnitOfWork
from domain.errors import NotFound
from domain.user import Caller


def _tags_of_comment(post_id: UUID, number: int) -> Tags:
    return cache_tags.comments(post_id), cache_tags.AUTHORS


def _tags_of_comments(post_id: UUID, query: PageQuery) -> Tags:
    return cache_tags.comments(post_id), cache_tags.AUTHORS


class CommentQueryService:
    """Reads comments for one caller."""

    def __init__(self, read_uow: ReadUnitOfWork, cache: Cache, caller: Caller | None) -> None:
        self.read_uow = read_uow
        self.cache = cache
        self.caller = caller

    async def _comment_of_caller(
        self, of_everyone: Callable[[], Awaitable[CommentView]], post_id: UUID, number: int
    ) -> CommentView:
        try:
            return await of_everyone()
        except NotFound:
            return await self._hidden_comment(post_id, number)

    async def _comments_of_caller(
        self, of_everyone: Callable[[], Awaitable[CommentPage]], post_id: UUID, query: PageQuery
    ) -> CommentPage:
        try:
            return await of_everyone()
        except NotFound:
            return await self._hidden_comments(post_id, query)

    @query_handler
    @cached(ttl=30, tags=_tags_of_comment, own_part=_comment_of_caller)
    async def get_comment(self, post_id: UUID, number: int) -> CommentView:
        """Give a comment; raises NotFound, also where the caller may not see its post."""
        return await self._comment(post_id, number, seen_by=None)

    @query_handler
    @cached(ttl=30, tags=_tags_of_comments, own_part=_comments_of_caller)
    async def get_comments(self, post_id: UUID, query: PageQuery) -> CommentPage:
        """Give the total and a page; raises NotFound where the caller may not see the post."""
        return await self._page(post_id, query, seen_by=None)

    @query_handler
    async def _hidden_comment(self, post_id: UUID, number: int) -> CommentView:
        return await self._comment(post_id, number, seen_by=self.caller)

    @query_handler
    async def _hidden_comments(self, post_id: UUID, query: PageQuery) -> CommentPage:
        return await self._page(post_id, query, seen_by=self.caller)

    async def _comment(self, post_id: UUID, number: int, seen_by: Caller | None) -> CommentView:
        comment = await self.read_uow.comments.get(post_id, number, seen_by)
        if comment is None:
            raise NotFound("comment")
        return comment

    async def _page(self, post_id: UUID, query: PageQuery, seen_by: Caller | None) -> CommentPage:
        page = await self.read_uow.comments.page(post_id, query, seen_by)
        if page is None:
            raise NotFound("post")
        return page
