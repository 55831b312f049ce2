"""The relay: tells workers of the jobs that are due."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from infra.jobs.queue import JobQueue


class Sender(Protocol):
    """Brings ids to workers."""

    @property
    def gets_through(self) -> bool:
        """Whether workers hear of what is sent, as far as is known."""

    def send(self, ids: Sequence[UUID]) -> None: ...


@dataclass(frozen=True, slots=True)
class Relay:
    """Takes what is due, commits that it was sent, and only then sends it."""

    queue: JobQueue
    sender: Sender

    async def relay(self) -> None:
        """Send all that is due now; what can't be sent stays due, for another process."""
        while self.sender.gets_through and (ids := await self.queue.take_due()):
            self.sender.send(ids)
