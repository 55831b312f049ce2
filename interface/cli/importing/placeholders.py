"""Placeholders in the addresses of Jekyll and Hugo, such as `:year`."""

import re
from datetime import datetime

_DATES = {
    "year": "{0:%Y}",
    "short_year": "{:%y}",
    "month": "{:%m}",
    "i_month": "{0.month}",
    "short_month": "{:%b}",
    "long_month": "{:%B}",
    "day": "{:%d}",
    "i_day": "{0.day}",
    "y_day": "{:%j}",
    "hour": "{:%H}",
    "minute": "{:%M}",
    "second": "{:%S}",
}
_PLACEHOLDER = re.compile(":([a-z]+(?:_[a-z]+)*)")


def filled(pattern: str, words: dict[str, str], day: datetime | None) -> str:
    """Replace the placeholders; a draft may have no date yet.

    Raises ValueError, whose message says what to do.
    """
    known = {name: form.format(day) if day else "" for name, form in _DATES.items()} | words

    def meaning(found: re.Match[str]) -> str:
        # not a colon inside a word
        if found[1] in known or pattern[: found.start()][-1:].isalnum():
            return known.get(found[1], found[0])
        raise ValueError(f"There is no placeholder {found[0]} here: write out what it stood for.")

    return _PLACEHOLDER.sub(meaning, pattern)
