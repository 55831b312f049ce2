"""What is known of jobs; infra/telemetry/ shows it."""

from collections import deque
from dataclasses import dataclass, field

from domain.job import State

_WAITS_KEPT = 10_000  # where nobody shows them


@dataclass(slots=True)
class JobCounts:
    """All processes know the same of the table; each has its own waits."""

    by_state: dict[State, int] = field(default_factory=dict)
    oldest_due_seconds: float = 0.0
    publisher_is_down: bool = False  # this process does not reach the broker
    waits: deque[float] = field(default_factory=lambda: deque(maxlen=_WAITS_KEPT))

    def taken_waits(self) -> list[float]:
        """Give in seconds how late jobs began here since this was asked last."""
        return [self.waits.popleft() for _ in range(len(self.waits))]
