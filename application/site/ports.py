"""Ports of the site."""

from collections.abc import Sequence
from typing import Protocol

from application.site.views import DatedPost, MappedPage, MonthView

PAGES_OF_A_PART = 50_000  # as many as a sitemap may have


class SiteReader(Protocol):
    """Selects what pages show besides posts, comments and tags."""

    async def months(self) -> Sequence[MonthView]:
        """Count public posts by months, the newest month first."""

    async def of_year(self, year: int) -> Sequence[DatedPost]:
        """Select the public posts of a year, the newest first."""

    async def mapped(self, part: int) -> Sequence[MappedPage]:
        """Select the pages of one part of the sitemap, which begin with 1."""

    async def mapped_count(self) -> int:
        """Count the pages of the sitemap."""
