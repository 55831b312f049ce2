"""The relay: sends due jobs to workers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from infra.jobs.queue import JobQueue


class Sender(Protocol):
    """Sends the ids of jobs to workers."""

    @property
    def is_available(self) -> bool:
        """Whether sending is expected to work, by the last known state of the broker."""

    def send(self, ids: Sequence[UUID]) -> None: ...


@dataclass(frozen=True, slots=True)
class Relay:
    """Takes due jobs, commits them as sent, and only then sends them."""

    queue: JobQueue
    sender: Sender

    async def relay(self) -> None:
        """Send all jobs that are due; where they can't be sent they stay due, for another
        process."""
        while self.sender.is_available and (ids := await self.queue.take_due()):
            self.sender.send(ids)
