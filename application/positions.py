"""Positions: how far the primary's log had got when something was committed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import reduce
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Position:
    """A sequence number for each source that ever was the primary; empty where nothing waits."""

    sequences: Mapping[str, int] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.sequences)

    def joined(self, other: "Position") -> "Position":
        """Give the earliest position at which both are reached."""
        joined = dict(self.sequences)
        for source, sequence in other.sequences.items():
            joined[source] = max(sequence, joined.get(source, 0))
        return Position(joined)

    def reaches(self, other: "Position") -> bool:
        return not other.sequences or not other.beyond(self).sequences

    def beyond(self, other: "Position") -> "Position":
        """Give the part of it that the other has not reached."""
        return Position({s: n for s, n in self.sequences.items() if n > other.sequences.get(s, 0)})

    def without(self, source: str) -> "Position":
        """Give it without what it says of one source."""
        return Position({s: n for s, n in self.sequences.items() if s != source})


NOWHERE = Position()


def joined(positions: Iterable[Position]) -> Position:
    """Give the earliest position at which all are reached."""
    return reduce(Position.joined, positions, NOWHERE)


class ForgedPosition(Exception):
    """A position came back that this deployment did not give out."""


@dataclass(slots=True)
class CallerPosition:
    """What one caller has seen or written so far: all units of work of a scope share it."""

    value: Position = NOWHERE

    def advance(self, position: Position) -> None:
        self.value = self.value.joined(position)


class KeptPositions(Protocol):
    """Keeps each user's newest position for as long as a replica may lag."""

    async def keep(self, user_id: UUID, position: Position) -> bool:
        """Keep it; False where other processes will know it later."""

    async def of(self, user_id: UUID) -> Position | None:
        """Give the user's position; None where it can't be known: then only the primary will do."""

    async def close(self) -> None: ...
