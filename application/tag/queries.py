"""Queries of tags."""

from application import cache_tags
from application.caching import cached
from application.handlers import query_handler
from application.services import Queries
from application.tag.ports import TagReader
from application.tag.views import TagList


class TagQueryService(Queries):
    """Reads tags."""

    @query_handler
    @cached(ttl=30, tags=(cache_tags.TAGS,))
    async def get_tags(self) -> TagList:
        """Return the tags that published posts have, the most used first."""
        return await self.read_uow[TagReader].most_used()
