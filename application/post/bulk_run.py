"""The run of a bulk: its unfinished operations, concurrently."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from application.job.ports import Lease, LeaseLost
from application.job.turn import Turn, TurnOver
from application.post.bulk import BulkCommand, BulkCommandService, Operation
from application.tracing import Step, step
from domain.errors import DomainError

_ERRORS_LIMIT = 10
_ITEM, _OPERATION = "broadsheet.item", "broadsheet.operation"


@dataclass(frozen=True, slots=True)
class BulkRun:
    """Performs the operations of one job; `new_commands` makes a service with a transaction."""

    lease: Lease
    new_commands: Callable[[], BulkCommandService]
    places: asyncio.Semaphore  # for all bulks of the process, which share its connections
    turn: Turn

    async def run(self, payload: Mapping[str, Any]) -> None:
        """Perform the rest, and end the job; raises LeaseLost, TurnOver, or the error of an
        operation."""
        command = BulkCommand.model_validate(payload)
        done = await self.new_commands().done(self.lease)
        numbered = enumerate(command.operations)
        left = [(number, each) for number, each in numbered if str(number) not in done]
        side_by_side = asyncio.Semaphore(command.max_concurrent)
        errors: list[Exception] = []
        try:
            async with asyncio.TaskGroup() as group:
                begun = [
                    group.create_task(self._do(side_by_side, number, each, errors))
                    for number, each in left
                ]
        except ExceptionGroup as stopped:
            raise stopped.exceptions[0] from stopped
        if errors:
            raise errors[0]
        if not all(task.result() for task in begun):
            raise TurnOver
        await self.new_commands().end(self.lease)

    async def _do(
        self,
        side_by_side: asyncio.Semaphore,
        number: int,
        operation: Operation,
        errors: list[Exception],
    ) -> bool:
        """Perform an operation, or store its refusal; False where it is left for the next turn."""
        async with side_by_side, self.places:
            if self.turn.is_over():
                return False
            with step("item", attributes={_ITEM: number, _OPERATION: operation.op}) as item:
                await self._done(number, operation, errors, item)
            return True

    async def _done(
        self, number: int, operation: Operation, errors: list[Exception], item: Step
    ) -> None:
        try:
            await self.new_commands().do(self.lease, number, operation)
        except DomainError as error:
            item.fail(error)
            await self.new_commands().refuse(self.lease, number, error)
        except LeaseLost:
            raise
        except Exception as error:
            # the others go on; the next attempt performs this one
            item.fail(error)
            errors.append(error)
            if len(errors) == _ERRORS_LIMIT:
                raise
