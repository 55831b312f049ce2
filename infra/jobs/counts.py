"""Numbers of jobs; infra/telemetry/ exports them."""

from collections import deque
from dataclasses import dataclass, field
from typing import Literal

from domain.job import State

_KEPT = 10_000  # limits the memory where nothing exports them

# how an attempt at a job ended: `yielded` and `returned` put it back into the queue
Outcome = Literal["succeeded", "failed", "refused", "yielded", "lost", "returned"]
Kind = tuple[str]
KindAndOutcome = tuple[str, Outcome]


@dataclass(slots=True)
class JobCounts:
    """The counts of the table are the same in all processes; the durations, in seconds, are those
    of jobs that this process has begun."""

    by_state: dict[State, int] = field(default_factory=dict)
    oldest_due_seconds: float = 0.0
    publisher_is_down: bool = False  # this process does not reach the broker
    waits: deque[tuple[Kind, float]] = field(default_factory=lambda: deque(maxlen=_KEPT))
    runs: deque[tuple[KindAndOutcome, float]] = field(default_factory=lambda: deque(maxlen=_KEPT))

    def note_wait(self, kind: str, seconds: float) -> None:
        """Note how late a job has begun."""
        self.waits.append(((kind,), seconds))

    def note_run(self, kind: str, outcome: Outcome, seconds: float) -> None:
        """Note how long an attempt took, and how it ended."""
        self.runs.append(((kind, outcome), seconds))
