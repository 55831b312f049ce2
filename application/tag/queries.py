"""Queries of tags."""

from application.handlers import query_handler
from application.tag.views import TagList
from application.unit_of_work import ReadUnitOfWork


class TagQueryService:
    """Reads tags."""

    def __init__(self, read_uow: ReadUnitOfWork) -> None:
        self.read_uow = read_uow

    @query_handler
    async def get_tags(self) -> TagList:
        """Give the tags that published posts have, the most used first."""
        return await self.read_uow.tags.most_used()
