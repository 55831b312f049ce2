"""The port of the renderer, and where addresses stand in a text."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class PlacedAddress:
    """An address in the source of a text, from byte `start` to byte `end` of its UTF-8.

    `alt` is what a picture shows, and None for a link.
    """

    start: int
    end: int
    address: str
    alt: str | None


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

    def placed(self, body: str) -> list[PlacedAddress]:
        """Return the addresses of the links and pictures of a post, in the order of its source."""


def with_addresses(body: str, changes: Iterable[tuple[PlacedAddress, str]]) -> str:
    """Return a text with other addresses in these places, which are in its order."""
    source, end, parts = body.encode(), 0, list[bytes]()
    for place, address in changes:
        parts += [source[end : place.start], address.encode()]
        end = place.end
    return b"".join([*parts, source[end:]]).decode()
