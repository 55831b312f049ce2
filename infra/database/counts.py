"""What the database layer counts; infra/telemetry/ shows it."""

from collections import deque
from dataclasses import dataclass, field
from math import inf
from time import monotonic

_KEPT = 10_000  # limits the memory where nothing exports them
_FULL_SECONDS = 30  # then /readyz answers 200 again, so that writes arrive and test the disk


@dataclass(slots=True)
class WriteCounts:
    """Write transactions that did not simply commit, since the start of the process; and how many
    seconds after their commit the others had raised all floors."""

    retryable: int = 0
    unknown: int = 0
    without_position: int = 0
    floor_seconds: deque[float] = field(default_factory=lambda: deque(maxlen=_KEPT))


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
