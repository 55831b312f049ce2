"""Marks: what one caller favours and whom the caller follows, added to the JSON of answers.

The JSON is not parsed: each `"favorited":false` belongs to the slug before it, each
`"following":false` to the username before it. No text that people type can contain these, since
quotes in it are escaped.
"""

import re

from pydantic_core import from_json

from application.views import Encoded, View

_STRING = rb'("(?:[^"\\]|\\.)*")'
_FAVORITED = re.compile(rb'("slug":' + _STRING + rb'.*?"favorited":)false', re.DOTALL)
_FOLLOWING = re.compile(rb'("username":' + _STRING + rb'.*?"following":)false', re.DOTALL)


class Marks(View):
    """The slugs of articles that a caller favours, and the names of users whom the caller follows;
    neither where there are too many of them to be cached."""

    favorites: frozenset[str]
    follows: frozenset[str]
    is_whole: bool = True


def marked(answer: Encoded, marks: Marks) -> Encoded | None:
    """Return an answer with a caller's marks; None where they are not known in full."""
    if not marks.is_whole:
        return None
    content = _set(_FAVORITED, marks.favorites, answer.content)
    content = _set(_FOLLOWING, marks.follows, content)
    return answer if content is answer.content else Encoded.of(content)


def slugs_in(answer: Encoded) -> frozenset[str]:
    """Return the slugs of an answer's articles."""
    return _names_in(_FAVORITED, answer)


def usernames_in(answer: Encoded) -> frozenset[str]:
    """Return the names of an answer's authors."""
    return _names_in(_FOLLOWING, answer)


def _names_in(pattern: re.Pattern[bytes], answer: Encoded) -> frozenset[str]:
    return frozenset(from_json(found[2]) for found in pattern.finditer(answer.content))


def _set(pattern: re.Pattern[bytes], names: frozenset[str], content: bytes) -> bytes:
    if not names:
        return content

    def told(found: re.Match[bytes]) -> bytes:
        return found[1] + (b"true" if from_json(found[2]) in names else b"false")

    return pattern.sub(told, content)
