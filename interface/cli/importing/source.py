"""A Markdown file as a post to import."""

from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from application.importing.commands import ImportedPost
from domain.errors import Invalid
from domain.post import Access, Kind, Status
from domain.slug import checked_slug, stem_of
from interface.cli.importing.bad_file import BadFile
from interface.cli.importing.dates import Dates, dates_of
from interface.cli.importing.exact import Exact, exact_of
from interface.cli.importing.front_matter import FrontMatter, split
from interface.cli.importing.lists import aliases_of, authors_of, categories_of, tags_of
from interface.cli.importing.old_address import clean_alias, served_address
from interface.cli.importing.place import Place
from interface.cli.importing.status import notice_of, status_of

_BYTE_ORDER_MARK = "\ufeff"
_SUMMARY = ("description", "summary", "excerpt")
_AUTHORS = ("authors", "author")
# the keys of front matter for each field of the blog
_KEYS = {
    "path": ("path", "url", "permalink"),
    "slug": ("slug", "path"),
    "summary": _SUMMARY,
    "tags": ("tags", "categories", "tag", "category"),
    "aliases": ("aliases", "redirect_from"),
    "authors": _AUTHORS,
    "display_name": _AUTHORS,
    "username": ("username", *_AUTHORS),
    "byline": ("byline", *_AUTHORS),
}
_SHAPES = {
    "authors": 'It must be a list of names: ["Ada", "Grace"].',
    "author": 'It must be a name, or a list of names: ["Ada", "Grace"].',
    "tags": 'It must be a list of words: ["ink", "paper"].',
    "categories": 'It must be a list of words: ["ink", "paper"].',
    "aliases": 'It must be a list of old addresses: ["2020/01/31/old"].',
}


@dataclass(frozen=True, slots=True)
class Source:
    """A post, its front matter, what an export says of it, and notes for its author."""

    post: ImportedPost
    front: FrontMatter
    exact: Exact | None = None
    notice: BadFile | None = None

    def fault(self, field: str, reason: str) -> BadFile:
        """Make the error for a field that the blog refuses."""
        return self.front.fault(_key_of(self.front, field), reason)


def source_of(text: str, place: Place, author: str | None = None) -> Source:
    """Read a file's text; `author` is the author where it names none. Raises BadFile."""
    front, body = split(text.removeprefix(_BYTE_ORDER_MARK))
    exact = exact_of(front)
    title = _title(front, body)
    status = status_of(front, place, exact)
    dates = dates_of(front, place, status)
    notice = notice_of(front, dates, status)
    if notice:
        status = Status.DRAFT
    path = _path(front, place, dates, exact)
    try:
        post = ImportedPost(
            path=path,
            aliases=aliases_of(front) if exact else _aliases(front, place, path or ""),
            former_slugs=exact.former_slugs if exact else (),
            slug=_slug(front, place, exact),
            title=title if exact else title.strip(),
            body=body,
            summary=_summary(front),
            tags=tags_of(front),
            authors=authors_of(front, author),
            username=exact.username if exact else None,
            byline=exact.byline if exact else None,
            kind=Kind.PAGE if exact and exact.page else Kind.POST,
            access=exact.access if exact else Access.PUBLIC,
            status=status,
            created_at=exact.created_at if exact else dates.written,
            published_at=None if status is Status.DRAFT else dates.written,
            updated_at=dates.updated,
        )
    except ValidationError as error:
        raise _refused(front, error) from error
    return Source(post, front, exact, notice)


def _title(front: FrontMatter, body: str) -> str:
    title = front.get("title")
    if isinstance(title, int) and not isinstance(title, bool):
        title = str(title)
    elif (title := front.text_of("title")) is None:
        raise front.fault("title", "It is missing: add it to the front matter.")
    if not body.strip():
        raise front.fault("body", "It is blank: write the post under the front matter.")
    return title


def _summary(front: FrontMatter) -> str | None:
    # tells Jekyll not to make an excerpt of the body
    return None if front.get(*_SUMMARY) is False else front.text_of(*_SUMMARY)


def _path(front: FrontMatter, place: Place, dates: Dates, exact: Exact | None) -> str | None:
    if exact:
        return front.text_of("path")
    return served_address(front, place, categories_of(front), dates.written)


def _aliases(front: FrontMatter, place: Place, path: str) -> Any:
    aliases = aliases_of(front)
    if not isinstance(aliases, list | tuple):
        return aliases
    return [
        clean_alias(front, place, each, path) if isinstance(each, str) else each for each in aliases
    ]


def _slug(front: FrontMatter, place: Place, exact: Exact | None) -> str:
    if slug := front.text_of("slug"):
        return slug if exact else _served_slug(slug)
    if path := front.text_of("path"):
        return path.rstrip("/").rpartition("/")[2]
    return _served_slug(place.name)


def _served_slug(words: str) -> str:
    try:
        return checked_slug(words)
    except Invalid:
        return stem_of(words)


def _refused(front: FrontMatter, error: ValidationError) -> BadFile:
    first = error.errors()[0]
    key = _key_of(front, str(first["loc"][0]))
    if first["type"] == "string_too_long":
        reason = f"It may have at most {first['ctx']['max_length']} characters: shorten it."
    elif first["type"] == "string_too_short":
        reason = "It is blank: write something, or remove it."
    elif first["type"] == "too_long":
        reason = f"There may be at most {first['ctx']['max_length']}: leave some out."
    elif first["type"] == "string_unicode":
        reason = "It has half a character, a lone surrogate: remove it."
    else:
        reason = _SHAPES.get(key, first["msg"])
    return front.fault(key, reason)


def _key_of(front: FrontMatter, field: str) -> str:
    return front.key_among(*_KEYS.get(field, (field,)))
