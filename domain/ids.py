"""Identifiers: UUIDv7, so that a primary key grows with time (RFC 9562)."""

import re
import secrets
import time
from datetime import UTC, datetime
from uuid import UUID

_VERSION_AND_VARIANT = (7 << 76) | (2 << 62)
_RANDOM_BITS_A = ((1 << 12) - 1) << 64
_RANDOM_BITS_B = (1 << 62) - 1
# UUID() accepts hyphens anywhere: some slugs would be read as ids
_SPELLINGS = re.compile(
    r"(urn:uuid:)?\{?([0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})\}?", re.IGNORECASE
)


def new_id() -> UUID:
    """Make an id that sorts after those made in earlier milliseconds."""
    milliseconds = time.time_ns() // 1_000_000
    noise = secrets.randbits(76) & (_RANDOM_BITS_A | _RANDOM_BITS_B)
    return UUID(int=(milliseconds << 80) | _VERSION_AND_VARIANT | noise)


def first_id(moment: datetime) -> UUID:
    """Return the lowest id that can be made from this moment on; ids begin with the year 1970."""
    return UUID(int=max(int(moment.timestamp() * 1000), 0) << 80)


def made_at(id_: UUID) -> datetime:
    """Return when an id was made."""
    return datetime.fromtimestamp((id_.int >> 80) / 1000, UTC)


def read_id(text: str) -> UUID | None:
    """Read an id in any of its spellings; None where the text is not one."""
    return UUID(text.lower()) if _SPELLINGS.fullmatch(text) else None
