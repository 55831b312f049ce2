"""Marks: what one caller favours and whom the caller follows, set in the JSON of answers.

The JSON is not parsed: each `"favorited":false` belongs to the slug before it, each
`"following":false` to the username before it. No text that people type can contain these, since
quotes in it are escaped.
"""

from typing import NamedTuple

from pydantic_core import from_json, to_json

from application.views import Encoded, View


class _Mark(NamedTuple):
    """A mark, and what stands right before and after the name to which it belongs."""

    unset: bytes
    set: bytes
    before: bytes
    after: bytes


_FAVORITED = _Mark(b'"favorited":false', b'"favorited":true', b'"slug":', b',"title":')
_FOLLOWING = _Mark(b'"following":false', b'"following":true', b'"username":', b',"bio":')


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
    return answer if content == answer.content else Encoded.of(content)


def slugs_in(answer: Encoded) -> frozenset[str]:
    """Return the slugs of an answer's articles."""
    return _names(_FAVORITED, answer)


def usernames_in(answer: Encoded) -> frozenset[str]:
    """Return the names of an answer's authors."""
    return _names(_FOLLOWING, answer)


def _set(mark: _Mark, names: frozenset[str], content: bytes) -> bytes:
    if not names:
        return content
    *parts, rest = content.split(mark.unset)
    encoded = frozenset(map(to_json, names))
    told = [
        part + (mark.set if _last_name(mark, part) in encoded else mark.unset) for part in parts
    ]
    return b"".join((*told, rest))


def _names(mark: _Mark, answer: Encoded) -> frozenset[str]:
    *parts, _ = answer.content.split(mark.unset)
    return frozenset(from_json(_last_name(mark, part)) for part in parts)


def _last_name(mark: _Mark, part: bytes) -> bytes:
    """Return the last name before a mark, as JSON."""
    begin = part.rindex(mark.before) + len(mark.before)
    return part[begin : part.index(mark.after, begin)]
