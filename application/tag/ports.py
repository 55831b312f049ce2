"""Ports of tags."""

from typing import Protocol

from application.tag.views import TagList

TAGS_SHOWN = 1_000


class TagReader(Protocol):
    """Selects rows as views."""

    async def most_used(self) -> TagList:
        """Return the tags of published posts, at most TAGS_SHOWN of them."""
