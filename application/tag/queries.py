"""Queries of tags."""

from application import cache_tags
from application.caching import Cache, Tags, cached
from application.handlers import query_handler
from application.tag.views import TagList
from application.unit_of_work import ReadUnitOfWork
from domain.user import Caller


def _tags_of_tags() -> Tags:
    return (cache_tags.TAGS,)


class TagQueryService:
    """Reads tags."""

    def __init__(self, read_uow: ReadUnitOfWork, cache: Cache, caller: Caller | None) -> None:
        self.read_uow = read_uow
        self.cache = cache
        self.caller = caller

    @query_handler
    @cached(ttl=30, tags=_tags_of_tags)
    async def get_tags(self) -> TagList:
        """Give the tags that published posts have, the most used first."""
        return await self.read_uow.tags.most_used()
