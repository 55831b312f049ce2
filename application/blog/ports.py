"""Ports of a blog's settings."""

from typing import Protocol

from domain.blog import BlogSettings


class BlogReader(Protocol):
    """Reads the settings."""

    async def settings(self) -> BlogSettings:
        """Return them; those of a new blog where nobody has chosen any."""


class BlogRepository(BlogReader, Protocol):
    """Reads and stores the settings."""

    async def store(self, settings: BlogSettings) -> None: ...
