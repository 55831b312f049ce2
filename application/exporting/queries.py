"""Queries that take a whole blog out."""

from collections.abc import Sequence
from uuid import UUID

from application.exporting.views import ExportedPost
from application.handlers import query_handler
from application.unit_of_work import ReadUnitOfWork

PAGE = 50  # posts that are in memory at once


class ExportQueryService:
    """Reads a blog from one end to the other, whoever may see what."""

    def __init__(self, read_uow: ReadUnitOfWork) -> None:
        self.read_uow = read_uow

    @query_handler
    async def count_posts(self) -> int:
        """Count the posts that an export has."""
        return await self.read_uow.exports.count()

    @query_handler
    async def get_posts(self, after: UUID | None = None) -> Sequence[ExportedPost]:
        """Give the posts that follow on one; none where that was the last."""
        return await self.read_uow.exports.page(after, PAGE)
