"""The cover that front matter names."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from interface.cli.importing.front_matter import FrontMatter

_KEYS = ("cover", "image", "featured_image")
_OF_TABLES = ("image", "path", "src", "url")  # themes describe a cover in a table


@dataclass(frozen=True, slots=True)
class NamedCover:
    """The address of a cover, what it shows if that is said, and the key that names it."""

    key: str
    address: str
    alt: str | None = None


def named_cover(front: FrontMatter) -> NamedCover | None:
    """Return the cover; None where none is named, or it is named in another way."""
    for key, value in _candidates(front):
        about = value if isinstance(value, dict) else {"path": value}
        for name in _OF_TABLES:
            if isinstance(address := about.get(name), str) and address:
                alt = about.get("alt")
                return NamedCover(key, address, alt if isinstance(alt, str) else None)
    return None


def _candidates(front: FrontMatter) -> Iterator[tuple[str, Any]]:
    extra, several = front.get("extra"), front.get("images")
    yield from ((key, front.get(key)) for key in _KEYS)
    if isinstance(extra, dict):
        yield from ((key, extra.get(key)) for key in _KEYS)
    if isinstance(several, list) and several:
        yield "images", several[0]
