"""Numbers of jobs; infra/telemetry/ exports them."""

from collections import deque
from dataclasses import dataclass, field

from domain.job import State

_WAITS_KEPT = 10_000  # limits the memory where nothing exports them


@dataclass(slots=True)
class JobCounts:
    """The counts of the table are the same in all processes; the delays are this process' own."""

    by_state: dict[State, int] = field(default_factory=dict)
    oldest_due_seconds: float = 0.0
    publisher_is_down: bool = False  # this process does not reach the broker
    waits: deque[float] = field(default_factory=lambda: deque(maxlen=_WAITS_KEPT))

    def taken_waits(self) -> list[float]:
        """Remove and return the start delays, in seconds, of jobs begun in this process."""
        return [self.waits.popleft() for _ in range(len(self.waits))]
