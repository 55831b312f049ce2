"""The relay: tells workers of the jobs that are due."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from infra.jobs.queue import JobQueue


@dataclass(frozen=True, slots=True)
class Relay:
    """Takes what is due, commits that it was sent, and only then sends it."""

    queue: JobQueue
    send: Callable[[Sequence[UUID]], None]

    async def relay(self) -> None:
        """Send all that is due now."""
        while ids := await self.queue.take_due():
            self.send(ids)
