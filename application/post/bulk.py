"""Many operations on posts as one job: each in a transaction of its own."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from application.callers import signed_in
from application.clock import Clock
from application.handlers import command_handler
from application.job.ports import Item, Lease
from application.job.views import JobView
from application.post.commands import PostCommand, PostCommandService, PostPatch
from application.unit_of_work import WriteUnitOfWork
from domain.errors import DomainError, NotFound
from domain.job import Job
from domain.user import Caller

KIND = "bulk_posts"
OPERATIONS_LIMIT = 1000
Outcome = Mapping[str, Any]


class Create(PostCommand):
    """Write a post."""

    op: Literal["create"]


class Update(PostPatch):
    """Change a post's text."""

    op: Literal["update"]
    id: UUID


class Step(BaseModel):
    """Take a post one step on."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    op: Literal["publish", "archive", "delete"]
    id: UUID


Operation = Annotated[Create | Update | Step, Field(discriminator="op")]


class BulkCommand(BaseModel):
    """Operations, and how many of them may run side by side."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    operations: Annotated[tuple[Operation, ...], Field(min_length=1, max_length=OPERATIONS_LIMIT)]
    max_concurrent: Annotated[int, Field(ge=1, le=50)] = 10


class BulkCommandService:
    """Asks for a bulk, and does its parts, for one caller."""

    def __init__(self, write_uow: WriteUnitOfWork, caller: Caller | None, clock: Clock) -> None:
        self.write_uow = write_uow
        self.caller = caller
        self.clock = clock
        self._posts = PostCommandService(write_uow, caller, clock)

    @command_handler
    async def request_bulk(self, command: BulkCommand) -> JobView:
        """Take the operations on, as a job."""
        caller = signed_in(self.caller)
        payload = command.model_dump(mode="json", exclude_unset=True)
        job = Job.queued(KIND, payload, caller.id, self.clock())
        await self.write_uow.jobs.add(job)
        await self.write_uow.jobs.plan(job.id, len(command.operations))
        view = await self.write_uow.views.jobs.get(job.id, seen_by=caller)
        if view is None:
            raise NotFound("job")
        return view

    @command_handler
    async def done(self, lease: Lease) -> Mapping[str, Outcome]:
        """Give what became of the operations that were done before, by their numbers."""
        return await self.write_uow.jobs.items(lease.job_id)

    @command_handler
    async def do(self, lease: Lease, number: int, operation: Operation) -> None:
        """Do one operation, and note it in the same transaction; raises LeaseLost."""
        post_id = await self._done(operation)
        outcome = {"status": "succeeded", "id": str(post_id)}
        await self.write_uow.jobs.add_item(lease, Item(str(number), outcome))

    @command_handler
    async def refuse(self, lease: Lease, number: int, error: DomainError) -> None:
        """Note that an operation was refused; raises LeaseLost."""
        outcome = {"status": "failed", "error": type(error).__name__, "detail": str(error)}
        await self.write_uow.jobs.add_item(lease, Item(str(number), outcome))

    @command_handler
    async def end(self, lease: Lease) -> None:
        """End the job with what became of each operation, in their order; raises LeaseLost."""
        done = await self.write_uow.jobs.items(lease.job_id)
        outcomes = [done[name] for name in sorted(done, key=int)]
        failed = sum(outcome["status"] == "failed" for outcome in outcomes)
        counts = {"succeeded": len(outcomes) - failed, "failed": failed}
        await self.write_uow.jobs.finish(lease, counts | {"operations": outcomes})

    async def _done(self, operation: Operation) -> UUID:
        if isinstance(operation, Create):
            return (await self._posts.create_post(operation)).id
        if isinstance(operation, Update):
            return (await self._posts.update_post(operation.id, operation)).id
        steps = {"publish": self._posts.publish_post, "archive": self._posts.archive_post}
        if step := steps.get(operation.op):
            return (await step(operation.id)).id
        await self._posts.delete_post(operation.id)
        return operation.id
