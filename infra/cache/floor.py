"""A floor: what a tag's newest change left, on which a kept answer must stand."""

import re
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from secrets import token_hex
from typing import Self

from application.positions import Position, joined
from infra.database.positions import format_gtids, stored_position

_BETWEEN = "|"
_UNPLACED = "?"
_NONCE = re.compile("[0-9a-f]{16}")


@dataclass(frozen=True, slots=True)
class Floor:
    """A nonce that no other change has, and the position of the newest change."""

    nonce: str
    position: Position

    @classmethod
    def read(cls, value: bytes) -> Self:
        """Read one that is placed."""
        nonce, _, gtids = value.decode().partition(_BETWEEN)
        return cls(nonce, stored_position(gtids))

    def written(self) -> bytes:
        return f"{self.nonce}{_BETWEEN}{format_gtids(self.position)}".encode()


def new_nonce() -> str:
    return token_hex(8)


def unplaced() -> bytes:
    """Write a floor that was just laid: what the store forgot before it may be anywhere."""
    return f"{new_nonce()}{_BETWEEN}{_UNPLACED}".encode()


def is_floor(value: bytes) -> bool:
    """Tell ours from what else may stand under its key."""
    try:
        nonce, between, gtids = value.decode().partition(_BETWEEN)
        is_placed = gtids == _UNPLACED or stored_position(gtids) is not None
    except ValueError:
        return False
    return is_placed and bool(between) and _NONCE.fullmatch(nonce) is not None


def is_placed(value: bytes | None) -> bool:
    return value is not None and is_floor(value) and not value.endswith(_UNPLACED.encode())


def placed(floor: bytes, position: Position) -> bytes:
    """Write an unplaced floor where the primary was after it had been laid."""
    return floor.removesuffix(_UNPLACED.encode()) + format_gtids(position).encode()


def raised(floor: bytes, nonce: str, position: Position) -> bytes:
    """Write a floor as a change leaves it; one that is not placed yet remains so."""
    if not is_placed(floor):
        return f"{nonce}{_BETWEEN}{_UNPLACED}".encode()
    return Floor(nonce, Floor.read(floor).position.joined(position)).written()


@dataclass(frozen=True, slots=True)
class Ground:
    """The floors of all tags of an answer, by one name of 16 bytes; and what reaches them all."""

    name: bytes
    position: Position


# floors change with writes, and are read by every hit
@lru_cache(maxsize=1000)
def ground(values: tuple[bytes | None, ...]) -> Ground | None:
    """Read floors; None where one is not there, or not placed."""
    if not all(map(is_placed, values)):
        return None
    floors = [Floor.read(value) for value in values if value]
    nonces = "".join(floor.nonce for floor in floors)
    name = blake2b(nonces.encode(), digest_size=16).digest()
    return Ground(name, joined(floor.position for floor in floors))
