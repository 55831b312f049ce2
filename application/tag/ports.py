"""What the handlers of tags need from outside."""

from typing import Protocol

from application.tag.views import TagList

TAGS_SHOWN = 1_000


class TagReader(Protocol):
    """Selects straight into views."""

    async def most_used(self) -> TagList:
        """Give the tags of published posts, at most TAGS_SHOWN of them."""
