"""The job: work that a command causes, to be done outside of its request."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from domain.errors import ForbiddenTransition
from domain.ids import new_id

ATTEMPTS = 5


class State(StrEnum):
    """The state of a job."""

    QUEUED = "queued"  # waits for its `run_at`
    SENT = "sent"  # due, and sent to a worker
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    DEAD = "dead"  # its attempts are used up, or a retry would not help
    DISCARDED = "discarded"  # dead, and given up by an admin


@dataclass(slots=True)
class Job:
    """A job. `attempts` never decreases: it distinguishes a worker's lease from earlier ones."""

    id: UUID
    kind: str
    payload: Mapping[str, Any]
    requested_by: UUID | None
    state: State
    attempts: int
    max_attempts: int
    run_at: datetime

    @classmethod
    def queued(
        cls, kind: str, payload: Mapping[str, Any], requested_by: UUID | None, run_at: datetime
    ) -> "Job":
        return cls(new_id(), kind, payload, requested_by, State.QUEUED, 0, ATTEMPTS, run_at)

    def replay(self, now: datetime) -> None:
        """Queue a dead job again, with as many attempts as a new one."""
        self._leave("replayed", State.DEAD)
        self.state, self.run_at = State.QUEUED, now
        self.max_attempts = self.attempts + ATTEMPTS

    def discard(self) -> None:
        self._leave("discarded", State.DEAD)
        self.state = State.DISCARDED

    def _leave(self, step: str, state: State) -> None:
        if self.state is not state:
            raise ForbiddenTransition("job", step, self.state)
