"""Floors: one value in the store for each tag, which every change under that tag replaces.

An entry is valid only on the floors that it was loaded on. A floor is *pending* from its creation
until it is *initialised* with the primary's position: changes from before its creation, which the
store may have lost, are included in that position.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from secrets import token_hex
from typing import Self

from application.positions import Position, joined
from infra.database.positions import format_gtids, stored_position

_SEPARATOR = "|"
_PENDING = "?"
_NONCE = re.compile("[0-9a-f]{16}")


@dataclass(frozen=True, slots=True)
class Floor:
    """A nonce, unique to the newest change, and the position of that change."""

    nonce: str
    position: Position

    @classmethod
    def decode(cls, value: bytes) -> Self:
        """Decode an initialised floor."""
        nonce, _, gtids = value.decode().partition(_SEPARATOR)
        return cls(nonce, stored_position(gtids))

    def encode(self) -> bytes:
        return f"{self.nonce}{_SEPARATOR}{format_gtids(self.position)}".encode()


def new_nonce() -> str:
    return token_hex(8)


def pending_floor() -> bytes:
    """Make a floor whose position is not known yet."""
    return f"{new_nonce()}{_SEPARATOR}{_PENDING}".encode()


def is_floor(value: bytes) -> bool:
    """Return whether a value is a floor; another program may have stored something under its
    key."""
    try:
        nonce, separator, gtids = value.decode().partition(_SEPARATOR)
        has_position = gtids == _PENDING or stored_position(gtids) is not None
    except ValueError:
        return False
    return has_position and bool(separator) and _NONCE.fullmatch(nonce) is not None


def is_initialised(value: bytes | None) -> bool:
    return value is not None and is_floor(value) and not value.endswith(_PENDING.encode())


def initialised(floor: bytes, position: Position) -> bytes:
    """Return a pending floor with its position, which was read after the floor was created."""
    return floor.removesuffix(_PENDING.encode()) + format_gtids(position).encode()


def raised(floor: bytes, nonce: str, position: Position) -> bytes:
    """Return the floor after a change; a pending one stays pending."""
    if not is_initialised(floor):
        return f"{nonce}{_SEPARATOR}{_PENDING}".encode()
    return Floor(nonce, Floor.decode(floor).position.joined(position)).encode()


@dataclass(frozen=True, slots=True)
class FloorSet:
    """The floors of all tags of an answer: a digest of 16 bytes, and the position that reaches
    all of them."""

    digest: bytes
    position: Position


# memoized: every hit decodes floors, which change only with writes
@lru_cache(maxsize=1000)
def floor_set(values: tuple[bytes | None, ...]) -> FloorSet | None:
    """Decode floors; None where one is missing or pending."""
    if not all(map(is_initialised, values)):
        return None
    floors = [Floor.decode(value) for value in values if value]
    nonces = "".join(floor.nonce for floor in floors)
    digest = blake2b(nonces.encode(), digest_size=16).digest()
    return FloorSet(digest, joined(floor.position for floor in floors))
