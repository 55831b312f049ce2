"""The run of a bulk: what is not done yet, side by side."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from application.job.ports import Lease, LeaseLost
from application.post.bulk import BulkCommand, BulkCommandService, Operation
from domain.errors import DomainError

_ERRORS_LIMIT = 10


@dataclass(frozen=True, slots=True)
class BulkRun:
    """Does the operations of one job; `new_commands` gives a service with its own transaction."""

    lease: Lease
    new_commands: Callable[[], BulkCommandService]
    places: asyncio.Semaphore  # of all bulks of the process: they share its connections

    async def run(self, payload: Mapping[str, Any]) -> None:
        """Do what is left, and end the job; raises LeaseLost, or what stopped an operation."""
        command = BulkCommand.model_validate(payload)
        done = await self.new_commands().done(self.lease)
        side_by_side = asyncio.Semaphore(command.max_concurrent)
        errors: list[Exception] = []
        try:
            async with asyncio.TaskGroup() as group:
                for number, operation in enumerate(command.operations):
                    if str(number) not in done:
                        group.create_task(self._do(side_by_side, number, operation, errors))
        except ExceptionGroup as stopped:
            raise stopped.exceptions[0] from stopped
        if errors:
            raise errors[0]
        await self.new_commands().end(self.lease)

    async def _do(
        self,
        side_by_side: asyncio.Semaphore,
        number: int,
        operation: Operation,
        errors: list[Exception],
    ) -> None:
        async with side_by_side, self.places:
            try:
                await self.new_commands().do(self.lease, number, operation)
            except DomainError as error:
                await self.new_commands().refuse(self.lease, number, error)
            except LeaseLost:
                raise
            except Exception as error:
                # the others go on, unless nothing does; another attempt does this one
                errors.append(error)
                if len(errors) == _ERRORS_LIMIT:
                    raise
