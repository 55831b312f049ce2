"""The run of a bulk: what is not done yet, side by side."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from application.job.ports import Lease
from application.post.bulk import BulkCommand, BulkCommandService, Operation
from domain.errors import DomainError


@dataclass(frozen=True, slots=True)
class BulkRun:
    """Does the operations of one job; `new_commands` gives a service with its own transaction."""

    lease: Lease
    new_commands: Callable[[], BulkCommandService]

    async def run(self, payload: Mapping[str, Any]) -> None:
        """Do what is left, and end the job; raises LeaseLost, or what stopped an operation."""
        command = BulkCommand.model_validate(payload)
        done = await self.new_commands().done(self.lease)
        places = asyncio.Semaphore(command.max_concurrent)
        try:
            async with asyncio.TaskGroup() as group:
                for number, operation in enumerate(command.operations):
                    if str(number) not in done:
                        group.create_task(self._do(places, number, operation))
        except ExceptionGroup as stopped:
            raise stopped.exceptions[0] from stopped
        await self.new_commands().end(self.lease)

    async def _do(self, places: asyncio.Semaphore, number: int, operation: Operation) -> None:
        async with places:
            try:
                await self.new_commands().do(self.lease, number, operation)
            except DomainError as error:
                await self.new_commands().refuse(self.lease, number, error)
