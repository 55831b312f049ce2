"""Excerpts of posts, and how long reading them takes."""

import re
from html import unescape

READ = 2_000  # characters of a body that its excerpt is made of
_LENGTH = 200
_LINE = 600  # of a line: links in it are longer than what is shown of them
_BEFORE, _PART = 100, 300  # characters of a body, around a word that was searched for
_CHARACTERS_A_MINUTE = 1_100
# fences, definitions, rules and heads of tables
_LINE_OF_MARKS = re.compile(r"(?:```|~~~|\[[^\[\]]*\]:).*|(?:[-=*_|:+][ \t]*){3,}$")
_BEGINNING = re.compile(r"(?:>[ \t]*)*(?:#{1,6}[ \t]|[-*+][ \t]|\d{1,9}[.)][ \t])?")
# each alternative begins with a character of its own, by which the search is fast, and ends where
# another one of its kind may begin, so that it takes linear time
_MARKS = re.compile(
    r"\\(?P<kept>[^\w\s])|<[^<>]*>|\[\^[^\[\]]*\]|!\[[^\[\]]*\]\([^()]*\)"
    r"|\]\([^()]*\)|\]\[[^\[\]]*\]|\[|\]|`|\*|\||~~|_(?![^\W_])|_(?<![^\W_]_)"
)


def excerpt_of(summary: str | None, beginning: str, length: int) -> str:
    """Return the summary, or what a body begins with; `length` is the whole body's."""
    if summary:
        return summary
    text, is_whole = _text_of(beginning)
    if len(text) <= _LENGTH and is_whole and length <= len(beginning):
        return text
    words = text[:_LENGTH].rpartition(" ")[0] if len(text) >= _LENGTH else text
    return f"{(words or text[: _LENGTH - 1]).rstrip(' ,;:.–—-')}…"


def reading_minutes_of(length: int) -> int:
    """Return how many minutes a body of so many characters takes."""
    return max(1, round(length / _CHARACTERS_A_MINUTE))


def part_with(q: str, body: str) -> str:
    """Return the part of a body's text around the first word of a search, or its beginning."""
    lower = body.lower()
    places = [at for word in q.lower().split() if (at := lower.find(word)) >= 0]
    begin = max(0, min(places, default=0) - _BEFORE)
    part = body[begin : begin + _PART]
    words = [word for line in part.split("\n") for word in _words_of(line.strip())]
    if begin:
        words[:1] = ["…"]  # the first word is cut
    if begin + _PART < len(body):
        words[-1:] = ["…"]
    return " ".join(words)


def _text_of(body: str) -> tuple[str, bool]:
    """Return enough of a body's text for an excerpt, and whether it is all of it."""
    words: list[str] = []
    is_whole = True
    for line in body.split("\n"):
        words += _words_of(line[:_LINE].strip())
        is_whole = is_whole and len(line) <= _LINE
        if sum(map(len, words)) + len(words) > _LENGTH + 1:
            return " ".join(words), False
    return " ".join(words), is_whole


def _words_of(line: str) -> list[str]:
    if not line or _LINE_OF_MARKS.match(line):
        return []
    begun = _BEGINNING.match(line)
    text = line[begun.end() :] if begun else line
    # without an escape it is a third faster
    return unescape(_MARKS.sub(r"\g<kept>" if "\\" in text else "", text)).split()
