"""An entry: an answer as it is kept, with the floors and the position that it stands on."""

import json
from dataclasses import dataclass
from typing import Self

import zstandard

from application.caching import Absent, Answer
from application.positions import Position
from application.views import Encoded
from infra.database.positions import format_gtids, stored_position

_FORM = b"bs2"  # of another form is what another version kept
_LARGE = 16_384
_KNOWN_FAULTS = (ValueError, KeyError, TypeError, AttributeError, zstandard.ZstdError)


@dataclass(frozen=True, slots=True)
class Entry:
    """An answer, the name of the floors that it was loaded on, and a position it has reached."""

    answer: Answer
    floors: bytes
    position: Position

    def written(self) -> bytes:
        content = self.answer.content if isinstance(self.answer, Encoded) else b""
        is_large = len(content) >= _LARGE
        head = {"at": format_gtids(self.position), "packed": is_large, **_head(self.answer)}
        stored = zstandard.compress(content) if is_large else content
        return b"\n".join((_FORM + self.floors.hex().encode(), json.dumps(head).encode(), stored))

    @classmethod
    def read(cls, value: bytes | None) -> Self | None:
        """Read what is kept; None for what is not ours, or broken."""
        if value is None or not value.startswith(_FORM):
            return None
        try:
            return cls._read(value)
        except _KNOWN_FAULTS:
            return None

    @classmethod
    def _read(cls, value: bytes) -> Self:
        floors, said, stored = value.split(b"\n", 2)
        head = json.loads(said)
        content = zstandard.decompress(stored) if head["packed"] else stored
        return cls(
            _answer(head, content),
            bytes.fromhex(floors.removeprefix(_FORM).decode()),
            stored_position(head["at"]),
        )


def _answer(head: dict[str, str], content: bytes) -> Answer:
    if absent := head.get("absent"):
        return Absent(absent)
    return Encoded(content, head["etag"], head["slug"], head["next"])


def _head(answer: Answer) -> dict[str, str]:
    if isinstance(answer, Absent):
        return {"absent": answer.what}
    return {"etag": answer.etag, "slug": answer.slug, "next": answer.next_cursor}
