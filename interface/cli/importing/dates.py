"""When a post was written and changed, by its front matter, its path or its file's name."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain.post import Status
from interface.cli.importing.bad_file import BadFile
from interface.cli.importing.front_matter import FrontMatter
from interface.cli.importing.moments import moment
from interface.cli.importing.place import Place

_DAY = re.compile(r"(?:.*/)?([0-9]{4})/([0-9]{2})/([0-9]{2})/[^/]+", re.DOTALL)
_UPDATED = ("updated", "lastmod", "last_modified_at")


@dataclass(frozen=True, slots=True)
class Dates:
    """The dates of a post; a draft may have none; `updated` is None where it is not given."""

    written: datetime | None
    updated: datetime | None


def dates_of(front: FrontMatter, place: Place, status: Status) -> Dates:
    """Read a post's dates; raises BadFile, also for a public post without a date."""
    written = _of_key(front, "date") or _of_path(front) or _of_name(place)
    if written is None and status is not Status.DRAFT:
        raise _missing(front)
    return Dates(written, _of_key(front, *_UPDATED))


def _of_key(front: FrontMatter, *keys: str) -> datetime | None:
    value, key = front.get(*keys), front.key_among(*keys)
    return None if value is None else _moment(value, lambda reason: front.fault(key, reason))


def _of_path(front: FrontMatter) -> datetime | None:
    parts = _DAY.fullmatch((front.text_of("path") or "").strip("/"))
    if not parts:
        return None
    day = "/".join(parts.groups())
    try:
        return moment(day.replace("/", "-"))
    except ValueError as error:
        raise front.fault("path", f"There is no day {day}: correct it.") from error


def _of_name(place: Place) -> datetime | None:
    if place.day is None:
        return None
    return _moment(place.day, lambda reason: BadFile(1, f"The file's name: {reason}"))


def _moment(value: Any, fault: Callable[[str], BadFile]) -> datetime:
    try:
        return moment(value)
    except ValueError as error:
        raise fault(str(error)) from error


def _missing(front: FrontMatter) -> BadFile:
    if front.get("path") is None:
        return front.fault("date", "It is missing: add it to the front matter.")
    return front.fault("path", "It has no date: write it as YYYY/MM/DD/slug, or add a date.")
