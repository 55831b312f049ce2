"""Lists in front matter: of tags, of authors, of addresses."""

from typing import Any

from domain.text import folded
from interface.cli.importing.front_matter import FrontMatter

_RELEASE = "release"
_WORDS = 'It must be a list of words: ["ink", "paper"].'


def tags_of(front: FrontMatter) -> list[str]:
    """Return tags and then categories, where Hugo, Zola or Jekyll put them; raises BadFile."""
    tags = _words(front, "tags") or _taxonomy(front, "tags") or _one(front, "tag")
    every = [*tags, *categories_of(front), *([_RELEASE] if _is_release(front) else [])]
    kept: dict[str, str] = {}
    for tag in every:
        # duplicates count once in the blog's limit
        kept.setdefault(folded(tag.strip()), tag)
    return list(kept.values())


def categories_of(front: FrontMatter) -> list[str]:
    """Return a post's categories; raises BadFile."""
    return _words(front, "categories") or _taxonomy(front, "categories") or _one(front, "category")


def authors_of(front: FrontMatter, default: str | None) -> Any:
    """Return the authors, in any of their forms; raises BadFile where there is none."""
    authors = front.get("authors", "author")
    if authors is None and default is not None:
        return (default,)
    if authors is None:
        reason = "It is missing: add it to the front matter, or say --author NAME."
        raise front.fault("authors", reason)
    every = authors if isinstance(authors, list) else [authors]
    return [_name(each) for each in every]


def aliases_of(front: FrontMatter) -> Any:
    """Return the former addresses of the post; a single one may be text."""
    aliases = front.get("aliases", "redirect_from")
    return (aliases,) if isinstance(aliases, str) else aliases or ()


def _name(author: Any) -> Any:
    return author.get("name") if isinstance(author, dict) else author


def _words(front: FrontMatter, key: str) -> list[str]:
    value = front.get(key)
    if isinstance(value, str):
        # Jekyll splits at spaces; text with a comma is split at commas
        value = value.split(",") if "," in value else value.split()
    return _checked(front, key, value)


def _taxonomy(front: FrontMatter, key: str) -> list[str]:
    return _checked(front, key, front.table("taxonomies").get(key))


def _checked(front: FrontMatter, key: str, value: Any) -> list[str]:
    words = [] if value is None else value
    if not isinstance(words, list) or not all(isinstance(word, str | None) for word in words):
        raise front.fault(key, _WORDS)
    # empty items are left out
    return [word for word in words if word and word.strip()]


def _one(front: FrontMatter, key: str) -> list[str]:
    word = front.text_of(key)
    return [word] if word else []


def _is_release(front: FrontMatter) -> bool:
    is_release = front.table("extra").get(_RELEASE, False)
    if not isinstance(is_release, bool):
        raise front.fault(_RELEASE, "It must be true or false, without quotation marks.")
    return is_release
