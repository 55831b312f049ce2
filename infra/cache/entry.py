"""Cache entries: an answer with its position and the floors that it was loaded on, as bytes."""

import json
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

import zstandard

from application.caching import Absent, Answer
from application.positions import Position
from application.views import JSON, Closed, Encoded
from infra.database.positions import format_gtids, stored_position

_FORMAT = b"bs5"  # changes with the encoding: entries with another prefix are ignored
_LARGE = 16_384  # bytes
_DECODING_ERRORS = (ValueError, KeyError, TypeError, AttributeError, zstandard.ZstdError)


def encode_entry(answer: Answer, floors: bytes, position: Position) -> bytes:
    """Encode an answer that was loaded on these floors and has reached this position."""
    content = answer.content if isinstance(answer, Encoded) else b""
    is_large = len(content) >= _LARGE
    head = {"at": format_gtids(position), "packed": is_large, **_fields_of(answer)}
    stored = zstandard.compress(content) if is_large else content
    return b"\n".join((_FORMAT + floors.hex().encode(), json.dumps(head).encode(), stored))


class Entry(NamedTuple):
    """An answer, and a position that it has reached."""

    answer: Answer
    position: Position


def decode_entry(value: bytes | None, floors: bytes) -> Entry | None:
    """Decode an entry that was loaded on these floors; None if its floors or its format differ,
    or if it is damaged."""
    if value is None or not value.startswith(_FORMAT):
        return None
    try:
        return _decode(value, floors)
    except _DECODING_ERRORS:
        return None


def _decode(value: bytes, floors: bytes) -> Entry | None:
    end = value.index(b"\n", value.index(b"\n") + 1)
    head = _head(value[:end])
    if head.floors != floors:
        return None
    return Entry(_answer(head, value[end + 1 :]), head.position)


@dataclass(frozen=True, slots=True)
class _Head:
    """The part of an entry before its content."""

    floors: bytes
    position: Position
    is_packed: bool
    absent: str
    etag: str
    slug: str
    next_cursor: str
    media_type: str
    modified: datetime | None
    closed: Closed | None


# memoized: decoding the head takes longer than all other steps of a hit
@lru_cache(maxsize=1000)
def _head(encoded: bytes) -> _Head:
    floors, text = encoded.split(b"\n")
    fields = json.loads(text)
    modified = fields.get("modified")
    return _Head(
        bytes.fromhex(floors.removeprefix(_FORMAT).decode()),
        stored_position(fields["at"]),
        fields["packed"],
        fields["absent"],
        fields["etag"],
        fields["slug"],
        fields["next"],
        fields.get("type", JSON),
        datetime.fromisoformat(modified) if modified else None,
        _closed(fields.get("closed")),
    )


def _closed(fields: dict[str, Any] | None) -> Closed | None:
    if fields is None:
        return None
    pairs = tuple((UUID(each), owner and UUID(owner)) for each, owner in fields["for_holders"])
    return Closed(fields["lacks_members"], pairs)


def _fields_of_closed(closed: Closed) -> dict[str, Any]:
    pairs = [(each.hex, owner and owner.hex) for each, owner in closed.for_holders]
    return {"lacks_members": closed.lacks_members, "for_holders": pairs}


def _fields_of(answer: Answer) -> dict[str, Any]:
    if isinstance(answer, Absent):
        return {"absent": answer.what, "etag": "", "slug": "", "next": ""}
    found = {"etag": answer.etag, "slug": answer.slug, "next": answer.next_cursor}
    closed = {"closed": _fields_of_closed(answer.closed)} if answer.closed else {}
    return {"absent": "", **found, **_fields_of_pages(answer), **closed}


def _fields_of_pages(answer: Encoded) -> dict[str, str]:
    fields = {} if answer.media_type == JSON else {"type": answer.media_type}
    return fields | {"modified": answer.modified.isoformat()} if answer.modified else fields


def _answer(head: _Head, stored: bytes) -> Answer:
    if head.absent:
        return Absent(head.absent)
    content = zstandard.decompress(stored) if head.is_packed else stored
    return Encoded(
        content,
        head.etag,
        head.slug,
        head.next_cursor,
        head.media_type,
        head.modified,
        head.closed,
    )
