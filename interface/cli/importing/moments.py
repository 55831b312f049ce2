"""Dates of front matter, with and without a time and a zone."""

import re
from datetime import UTC, date, datetime, time
from typing import Any

_TEXT = re.compile(
    r"(?P<year>[0-9]{4})-(?P<month>[0-9]{1,2})-(?P<day>[0-9]{1,2})"
    r"(?:(?:[Tt]| +)(?P<hour>[0-9]{1,2}):(?P<minutes>[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?)"
    # Go writes a zone's name after its offset
    r" *(?P<zone>Z|z|UTC|GMT|[+-][0-9]{2}(?::?[0-9]{2})?(?: [A-Z]{1,5})?)?)?"
)
_NAMES_OF_UTC = frozenset({"", "Z", "z", "UTC", "GMT"})
_FIRST_YEAR = 1000  # that MySQL can store


def moment(value: Any) -> datetime:
    """Read a date of TOML or text, in UTC where it has no zone.

    Raises ValueError, whose message says what to do.
    """
    found = _read(value)
    try:
        found = found.astimezone(UTC)
    except OverflowError as error:
        raise _no_day(value) from error
    if found.year < _FIRST_YEAR:
        raise _no_day(value)
    return found


def _read(value: Any) -> datetime:
    if isinstance(value, str):
        return _of_text(value.strip())
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    if isinstance(value, date):
        return datetime.combine(value, time(), UTC)
    raise ValueError("It must be a date: 2020-01-31, or 2020-01-31T12:30:00Z.")


def _of_text(text: str) -> datetime:
    parts = _TEXT.fullmatch(text)
    if not parts:
        raise ValueError("It must be a date: 2020-01-31, or 2020-01-31T12:30:00Z.")
    year, month, day, hour, minutes, zone = parts.groups("")
    zone = "+00:00" if zone in _NAMES_OF_UTC else zone.partition(" ")[0]
    clock = f"{hour:0>2}:{minutes or '00'}{zone}"
    try:
        return datetime.fromisoformat(f"{year}-{month:0>2}-{day:0>2}T{clock}")
    except ValueError as error:
        raise _no_day(text) from error


def _no_day(value: Any) -> ValueError:
    return ValueError(f"There is no day {value}: correct it.")
