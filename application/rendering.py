"""The port of the renderer."""

from typing import Protocol


class TextRenderer(Protocol):
    """Renders texts, which are Markdown, as HTML that is safe to show."""

    async def post(self, body: str, path: str | None = None) -> str:
        """Return a post's HTML; relative addresses in it start from `path`, where the post was
        before its import, and stay as they are without one."""

    async def comment(self, body: str) -> str:
        """Return a comment's HTML: without pictures and ids, and no search engine follows its
        links."""

    def addresses(self, body: str, path: str | None = None) -> list[str]:
        """Return where the links and pictures of a post lead, as `post` has them."""
