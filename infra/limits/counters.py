"""Counters of limits: each counts the uses of one subject in one window of time."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Counter:
    """A counter to be raised. It is full at `most`; a group is full where all its counters are."""

    key: str
    most: int
    seconds: int
    group: int


@dataclass(frozen=True, slots=True)
class Count:
    """What a counter has counted, and the seconds until it ends."""

    uses: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Taken:
    """Whether all counters were raised, or none; and their counts, in the same order."""

    granted: bool
    counts: Sequence[Count]


class Counters(Protocol):
    """Stores counters, each until the end of its window."""

    async def prepare(self) -> None:
        """Open a connection, where there is a server that answers."""

    async def take(self, counters: Sequence[Counter]) -> Taken:
        """Raise all counters, unless one of their groups is full."""

    async def forgive(self, once: Sequence[str], wholly: Sequence[str]) -> None:
        """Lower some counters by one, and remove others, by their keys."""

    async def close(self) -> None:
        """Close all connections."""
