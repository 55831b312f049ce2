"""What the database layer counts; infra/telemetry/ shows it."""

from dataclasses import dataclass
from math import inf
from time import monotonic

_FULL_SECONDS = 30  # then /readyz answers 200 again, so that writes arrive and test the disk


@dataclass(slots=True)
class WriteCounts:
    """Write transactions that did not simply commit, since the start of the process."""

    retryable: int = 0
    unknown: int = 0
    without_position: int = 0


@dataclass(slots=True)
class Storage:
    """Whether a write of this process failed recently because the disk was full."""

    _full_at: float = -inf

    @property
    def is_full(self) -> bool:
        return monotonic() - self._full_at < _FULL_SECONDS

    def note_full(self) -> None:
        self._full_at = monotonic()

    def note_room(self) -> None:
        self._full_at = -inf
