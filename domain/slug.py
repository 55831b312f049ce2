"""Slugs: the readable part of a post's address."""

import re
import unicodedata

from domain.errors import Invalid
from domain.ids import read_id
from domain.text import checked_line

SLUG_LIMIT = 200
_STEM_LIMIT = 180  # leaves room for a number after it
_NO_TITLE_LEFT = "post"
_RESERVED = frozenset({"feed"})  # an address of the RealWorld API
# what the server's other addresses begin with
_NOT_FOR_PAGES = frozenset(
    {"api", "archive", "authors", "docs", "healthz", "media", "metrics", "posts", "previews"}
    | {"readyz", "search", "status", "tags"}
)
_NOT_IN_A_SLUG = re.compile(r"[\s/?#%\\]")


def checked_slug(slug: str) -> str:
    """Check a requested slug: one path segment, which does not read as an id."""
    checked_line("slug", slug, SLUG_LIMIT)
    if _NOT_IN_A_SLUG.search(slug) or slug in (".", ".."):
        message = "It is one part of an address: no space, / ? # % or \\."
        raise Invalid("slug", message, "bad_characters")
    if read_id(slug) is not None:
        raise Invalid("slug", "It reads as an id: choose words.", "reads_as_id")
    return slug


def checked_page_slug(slug: str) -> str:
    """Check the slug of a page, which is its whole address; raises Invalid."""
    if slug.lower() in _NOT_FOR_PAGES or "." in slug:
        message = "It is an address of the site itself, or has a dot: choose another slug."
        raise Invalid("slug", message, "reserved")
    return slug


def stem_of(title: str) -> str:
    """Make a slug of a title in any script: its letters and digits, joined by hyphens."""
    words = "".join(_kept(character) for character in _plain(title)).split()
    stem = "-".join(words)[:_STEM_LIMIT].strip("-")
    if not stem or stem in _RESERVED or read_id(stem) is not None:
        return f"{_NO_TITLE_LEFT}-{stem}".strip("-")
    return stem


def _plain(title: str) -> str:
    return unicodedata.normalize("NFKC", title).lower()


def _kept(character: str) -> str:
    # marks (M) are parts of letters in many scripts; apostrophes are removed: don't → dont
    if unicodedata.category(character)[0] in "LNM":
        return character
    return "" if character in "'’" else " "
