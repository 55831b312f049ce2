"""Queries of exports."""

from collections.abc import Sequence
from uuid import UUID

from application.exporting.ports import ExportReader
from application.exporting.views import ExportedPost
from application.handlers import query_handler
from application.unit_of_work import ReadUnitOfWork

PAGE = 50  # posts in memory at a time


class ExportQueryService:
    """Reads all posts of a blog, whatever their status."""

    def __init__(self, read_uow: ReadUnitOfWork) -> None:
        self.read_uow = read_uow

    @query_handler
    async def count_posts(self) -> int:
        """Count the posts that an export has."""
        return await self.read_uow[ExportReader].count()

    @query_handler
    async def get_posts(self, after: UUID | None = None) -> Sequence[ExportedPost]:
        """Return the posts after this one; none after the last."""
        return await self.read_uow[ExportReader].page(after, PAGE)
