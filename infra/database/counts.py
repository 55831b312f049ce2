"""What the database layer counts; infra/telemetry/ shows it."""

from dataclasses import dataclass
from math import inf
from time import monotonic

_FULL_SECONDS = 30  # then a balancer lets a write try again


@dataclass(slots=True)
class WriteCounts:
    """How write transactions ended since the start, but for the good ends."""

    retryable: int = 0
    unknown: int = 0
    without_position: int = 0


@dataclass(slots=True)
class Storage:
    """Whether the database had room when this process last wrote."""

    _full_at: float = -inf

    @property
    def is_full(self) -> bool:
        return monotonic() - self._full_at < _FULL_SECONDS

    def note_full(self) -> None:
        self._full_at = monotonic()

    def note_room(self) -> None:
        self._full_at = -inf
