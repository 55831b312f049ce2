"""Positions: points in the primary's log, such as that of a commit."""

from collections.abc import Awaitable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import reduce
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Position:
    """A sequence number for each server that ever was the primary; an empty one is reached
    always."""

    sequences: Mapping[str, int] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.sequences)

    def joined(self, other: "Position") -> "Position":
        """Return the earliest position that reaches both."""
        if not (self.sequences and other.sequences):
            return self if self.sequences else other
        joined = dict(self.sequences)
        for source, sequence in other.sequences.items():
            joined[source] = max(sequence, joined.get(source, 0))
        return Position(joined)

    def reaches(self, other: "Position") -> bool:
        present = self.sequences
        return all(number <= present.get(source, 0) for source, number in other.sequences.items())

    def beyond(self, other: "Position") -> "Position":
        """Return the part of it that the other has not reached."""
        return Position({s: n for s, n in self.sequences.items() if n > other.sequences.get(s, 0)})

    def without(self, source: str) -> "Position":
        """Return the position without one source."""
        if source not in self.sequences:
            return self
        return Position({s: n for s, n in self.sequences.items() if s != source})


NOWHERE = Position()


def joined(positions: Iterable[Position]) -> Position:
    """Return the earliest position that reaches all of them."""
    return reduce(Position.joined, positions, NOWHERE)


class ForgedPosition(Exception):
    """A token whose position this deployment did not sign."""


@dataclass(slots=True)
class CallerPosition:
    """The position that one caller has seen, which all units of work of a scope share."""

    value: Position = NOWHERE

    def advance(self, position: Position) -> None:
        self.value = self.value.joined(position)


class UserPositions(Protocol):
    """Stores each user's newest position for as long as a replica may lag."""

    async def store(self, user_id: UUID, position: Position) -> bool:
        """Store a position; False if other processes may not be able to read it yet."""

    def get(self, user_id: UUID) -> Awaitable[Position | None]:
        """Return the user's position; None where it is unknown: then reads must go to the
        primary. The read begins with the call, so that it is batched with others."""

    async def close(self) -> None: ...
