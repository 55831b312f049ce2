"""A Markdown file as a post that can be imported."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pydantic import ValidationError

from application.importing.commands import ImportedPost
from interface.cli.importing.bad_file import BadFile
from interface.cli.importing.front_matter import FrontMatter, split

_PATH = re.compile(r"(?:.*/)?([0-9]{4})/([0-9]{2})/([0-9]{2})/([^/]+)", re.DOTALL)
_RELEASE = "release"
_BYTE_ORDER_MARK = "\ufeff"
_NEEDED = ("path", "title", "authors")
# by which key of the front matter a field of the blog is set
_KEYS = {
    "slug": "path",
    "summary": "description",
    "display_name": "authors",
    "username": "authors",
    "byline": "authors",
}
_SHAPES = {
    "path": 'It must be text: "YYYY/MM/DD/slug".',
    "title": "It must be text: put it between quotation marks.",
    "description": "It must be text: put it between quotation marks.",
    "authors": 'It must be a list of names: ["Ada", "Grace"].',
    "tags": 'It must be a list of words: ["ink", "paper"].',
    "aliases": 'It must be a list of old addresses: ["2020/01/31/old"].',
}


@dataclass(frozen=True, slots=True)
class Source:
    """A post, and the front matter that it came from."""

    post: ImportedPost
    front: FrontMatter

    def fault(self, field: str, reason: str) -> BadFile:
        """Give what to raise where the blog refuses a field."""
        return _fault(self.front, field, reason)


def source_of(text: str) -> Source:
    """Read a file's text; raises BadFile."""
    front, body = split(text.removeprefix(_BYTE_ORDER_MARK))
    _check_presence(front, body)
    day, slug = _day_and_slug(front)
    try:
        post = ImportedPost(
            path=front.values["path"],
            aliases=front.values.get("aliases", ()),
            slug=slug,
            title=front.values["title"],
            body=body,
            summary=front.values.get("description"),
            tags=_tags(front),
            authors=front.values["authors"],
            published_at=day,
        )
    except ValidationError as error:
        raise _refused(front, error) from error
    return Source(post, front)


def _check_presence(front: FrontMatter, body: str) -> None:
    for key in _NEEDED:
        if key not in front.values:
            raise BadFile(1, f"{key}: It is missing: add it to the front matter.")
    if front.values.get("draft") is True:
        # all that is imported is published
        raise _fault(front, "draft", "A draft is not imported: remove this line to publish it.")
    if not body.strip():
        raise _fault(front, "body", "It is blank: write the post under the front matter.")


def _day_and_slug(front: FrontMatter) -> tuple[datetime, str]:
    path = front.values["path"]
    if not isinstance(path, str):
        raise _fault(front, "path", _SHAPES["path"])
    found = _PATH.fullmatch(path.strip("/"))
    if not found:
        raise _fault(front, "path", "It has no date: write it as YYYY/MM/DD/slug.")
    year, month, day, slug = found.groups()
    try:
        return datetime(int(year), int(month), int(day), tzinfo=UTC), slug
    except ValueError as error:
        reason = f"There is no day {year}/{month}/{day}: correct it."
        raise _fault(front, "path", reason) from error


def _tags(front: FrontMatter) -> tuple[Any, ...]:
    # Hugo's place for tags, then Zola's
    tags = front.values.get("tags") or _table(front, "taxonomies").get("tags", [])
    if not isinstance(tags, list):
        raise _fault(front, "tags", _SHAPES["tags"])
    return (*tags, _RELEASE) if _is_release(front) else tuple(tags)


def _is_release(front: FrontMatter) -> bool:
    is_release = _table(front, "extra").get(_RELEASE, False)
    if not isinstance(is_release, bool):
        raise _fault(front, _RELEASE, "It must be true or false, without quotation marks.")
    return is_release


def _table(front: FrontMatter, key: str) -> dict[str, Any]:
    table = front.values.get(key, {})
    if not isinstance(table, dict):
        raise _fault(front, key, f"It must be a table: write [{key}] on a line of its own.")
    return table


def _refused(front: FrontMatter, error: ValidationError) -> BadFile:
    first = error.errors()[0]
    field = str(first["loc"][0])
    if first["type"] == "string_too_long":
        reason = f"It may have at most {first['ctx']['max_length']} characters: shorten it."
    elif first["type"] == "string_too_short":
        reason = "It is blank: write something, or remove it."
    else:
        reason = _SHAPES.get(_KEYS.get(field, field), first["msg"])
    return _fault(front, field, reason)


def _fault(front: FrontMatter, field: str, reason: str) -> BadFile:
    key = _KEYS.get(field, field)
    line = front.last_line if key == "body" else front.line_of(key)
    return BadFile(line, f"{key}: {reason}")
