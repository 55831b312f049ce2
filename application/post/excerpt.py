"""Excerpts of posts, and how long reading them takes."""

import re
from html import unescape

READ = 2_000  # characters of a body that its excerpt is made of
_LENGTH = 200
_CHARACTERS_A_MINUTE = 1_100
# each part ends where another one of its kind may begin, so that matching takes linear time
_MARKS = re.compile(
    r"""
    \\(?P<kept>[^\w\s])
    | ^[ \t]*(?:```|~~~)[^\n]*$ | ^[ \t]*\[[^\[\]\n]*\]:[^\n]*$    # fences, definitions
    | ^[ \t]*(?:[-=*_|:+][ \t]*){3,}$                              # rules, heads of tables
    | ^[ \t]*(?:>[ \t]*)*(?:\#{1,6}[ \t]|[-*+][ \t]|\d{1,9}[.)][ \t])?  # quotes, headings, items
    | <[^<>]*> | \[\^[^\[\]]*\] | !\[[^\[\]]*\]\([^()]*\)           # tags, notes, pictures
    | \]\([^()]*\) | \]\[[^\[\]]*\] | [\[\]`*|] | ~~
    | (?<!\w)_+ | _+(?!\w)
    """,
    re.MULTILINE | re.VERBOSE,
)


def excerpt_of(summary: str | None, beginning: str, length: int) -> str:
    """Return the summary, or what a body begins with; `length` is the whole body's."""
    if summary:
        return summary
    text = " ".join(unescape(_MARKS.sub(r"\g<kept>", beginning)).split())
    if len(text) <= _LENGTH and length <= len(beginning):
        return text
    words = text[:_LENGTH].rpartition(" ")[0] if len(text) >= _LENGTH else text
    return f"{(words or text[: _LENGTH - 1]).rstrip(' ,;:.–—-')}…"


def reading_minutes_of(length: int) -> int:
    """Return how many minutes a body of so many characters takes."""
    return max(1, round(length / _CHARACTERS_A_MINUTE))
