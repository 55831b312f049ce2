"""Queries of comments."""

from uuid import UUID

from application import cache_tags
from application.caching import Tags, cached
from application.comment.ports import CommentReader
from application.comment.views import CommentPage, CommentView
from application.finding import found
from application.handlers import query_handler
from application.pages import PageQuery
from application.services import Queries
from domain.caller import Caller


def _tags_of_comment(post_id: UUID, number: int) -> Tags:
    return cache_tags.comments(post_id), cache_tags.AUTHORS


def _tags_of_comments(post_id: UUID, query: PageQuery) -> Tags:
    return cache_tags.comments(post_id), cache_tags.AUTHORS


class CommentQueryService(Queries):
    """Reads comments for one caller."""

    async def _comment_of_caller(self, post_id: UUID, number: int) -> CommentView:
        return await self._comment(post_id, number, seen_by=self.caller)

    async def _comments_of_caller(self, post_id: UUID, query: PageQuery) -> CommentPage:
        return await self._page(post_id, query, seen_by=self.caller)

    @query_handler
    @cached(ttl=30, tags=_tags_of_comment, fallback=_comment_of_caller)
    async def get_comment(self, post_id: UUID, number: int) -> CommentView:
        """Return a comment; raises NotFound, also where the caller may not see its post."""
        return await self._comment(post_id, number, seen_by=None)

    @query_handler
    @cached(ttl=30, tags=_tags_of_comments, fallback=_comments_of_caller)
    async def get_comments(self, post_id: UUID, query: PageQuery) -> CommentPage:
        """Return the total and a page; raises NotFound where the caller may not see the post."""
        return await self._page(post_id, query, seen_by=None)

    async def _comment(self, post_id: UUID, number: int, seen_by: Caller | None) -> CommentView:
        return found(await self.read_uow[CommentReader].get(post_id, number, seen_by), "comment")

    async def _page(self, post_id: UUID, query: PageQuery, seen_by: Caller | None) -> CommentPage:
        return found(await self.read_uow[CommentReader].page(post_id, query, seen_by), "post")
