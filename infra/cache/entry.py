"""Entries: an answer as it is kept, with the name of the ground it stands on and its position."""

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import zstandard

from application.caching import Absent, Answer
from application.positions import Position
from application.views import Encoded
from infra.database.positions import format_gtids, stored_position

_FORM = b"bs3"  # of another form is what another version kept
_LARGE = 16_384
_KNOWN_FAULTS = (ValueError, KeyError, TypeError, AttributeError, zstandard.ZstdError)


def entry(answer: Answer, ground: bytes, position: Position) -> bytes:
    """Write an answer that was loaded on this ground and has reached this position."""
    content = answer.content if isinstance(answer, Encoded) else b""
    is_large = len(content) >= _LARGE
    head = {"at": format_gtids(position), "packed": is_large, **_said_of(answer)}
    stored = zstandard.compress(content) if is_large else content
    return b"\n".join((_FORM + ground.hex().encode(), json.dumps(head).encode(), stored))


class Kept(NamedTuple):
    """An answer, and a position that it has reached."""

    answer: Answer
    position: Position


def kept_in(value: bytes | None, ground: bytes) -> Kept | None:
    """Read an entry that stands on this ground; None for all others, and for what is not ours, or
    broken."""
    if value is None or not value.startswith(_FORM):
        return None
    try:
        return _kept_in(value, ground)
    except _KNOWN_FAULTS:
        return None


def _kept_in(value: bytes, ground: bytes) -> Kept | None:
    end = value.index(b"\n", value.index(b"\n") + 1)
    head = _head(value[:end])
    if head.ground != ground:
        return None
    return Kept(_answer(head, value[end + 1 :]), head.position)


@dataclass(frozen=True, slots=True)
class _Head:
    """What stands in an entry before its content."""

    ground: bytes
    position: Position
    is_packed: bool
    absent: str
    etag: str
    slug: str
    next_cursor: str


# what is read again and again is taken apart once
@lru_cache(maxsize=1000)
def _head(written: bytes) -> _Head:
    ground, text = written.split(b"\n")
    said = json.loads(text)
    return _Head(
        bytes.fromhex(ground.removeprefix(_FORM).decode()),
        stored_position(said["at"]),
        said["packed"],
        *(said[name] for name in ("absent", "etag", "slug", "next")),
    )


def _said_of(answer: Answer) -> dict[str, str]:
    if isinstance(answer, Absent):
        return {"absent": answer.what, "etag": "", "slug": "", "next": ""}
    found = {"etag": answer.etag, "slug": answer.slug, "next": answer.next_cursor}
    return {"absent": "", **found}


def _answer(head: _Head, stored: bytes) -> Answer:
    if head.absent:
        return Absent(head.absent)
    content = zstandard.decompress(stored) if head.is_packed else stored
    return Encoded(content, head.etag, head.slug, head.next_cursor)
