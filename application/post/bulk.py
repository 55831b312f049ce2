"""Bulks: many operations on posts as one job, each in a transaction of its own."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, field_validator

from application.callers import authenticated
from application.clock import Clock
from application.commands import Command
from application.finding import found
from application.handlers import command_handler
from application.job.ports import Item, JobReader, JobRepository, Lease
from application.job.views import JobView
from application.limits import Limits, QuotaReached
from application.post.commands import PostCommand, PostCommandService, PostPatch
from application.services import Commands
from application.unit_of_work import WriteUnitOfWork
from application.user.requester import present_caller
from application.user.waiting_jobs import waiting_jobs
from domain.caller import Caller
from domain.errors import DomainError
from domain.job import Job

KIND = "bulk_posts"
OPERATIONS_LIMIT = 1000
AT_A_TIME = 5  # bulks of a user that have not ended
_RETRY_SECONDS = 5
_FIELDS_LIMIT = 20
Outcome = Mapping[str, Any]
_EXAMPLE = [
    {"op": "create", "title": "Stop the presses", "body": "A misprint!"},
    {"op": "publish", "id": "0198c5b2-7a10-7f3c-8d2e-5a6b7c8d9e0f"},
]


class Create(PostCommand):
    """Write a post."""

    op: Literal["create"]


class Update(PostPatch):
    """Change a post's text."""

    op: Literal["update"]
    id: UUID


class Step(Command):
    """Change a post's status."""

    op: Literal["publish", "archive", "delete"]
    id: UUID


Operation = Annotated[Create | Update | Step, Field(discriminator="op")]


class BulkCommand(Command):
    """Operations, and how many of them may run concurrently."""

    operations: tuple[Operation, ...] = Field(
        min_length=1, max_length=OPERATIONS_LIMIT, examples=[_EXAMPLE]
    )
    max_concurrent: int = Field(default=10, ge=1, le=50, examples=[10])

    @field_validator("operations", mode="before")
    @classmethod
    def _of_few_fields(cls, operations: Any) -> Any:
        # each unknown field would be an error of its own, which takes time and memory
        for operation in operations if isinstance(operations, list) else ():
            if isinstance(operation, dict) and len(operation) > _FIELDS_LIMIT:
                raise ValueError(f"An operation has at most {_FIELDS_LIMIT} fields.")
        return operations


class BulkCommandService(Commands):
    """Requests bulks and performs their operations, for one caller."""

    def __init__(
        self, write_uow: WriteUnitOfWork, caller: Caller | None, clock: Clock, limits: Limits
    ) -> None:
        super().__init__(write_uow, caller, clock)
        self.limits = limits

    @command_handler
    async def request_bulk(self, command: BulkCommand) -> JobView:
        """Store the operations as a job; raises QuotaReached."""
        caller = authenticated(self.caller)
        if not self.limits.are_off:
            await self._check_quota(caller.id)
        payload = command.model_dump(mode="json", exclude_unset=True)
        job = Job.queued(KIND, payload, caller.id, self.clock())
        await self.write_uow[JobRepository].add(job)
        await self.write_uow[JobRepository].plan(job.id, len(command.operations))
        return found(await self.write_uow[JobReader].get(job.id, seen_by=caller), "job")

    @command_handler
    async def done(self, lease: Lease) -> Mapping[str, Outcome]:
        """Return the outcomes of the finished operations, by their numbers."""
        return await self.write_uow[JobRepository].items(lease.job_id)

    @command_handler
    async def do(self, lease: Lease, number: int, operation: Operation) -> None:
        """Perform one operation with the caller's present rights, and store its outcome in the same
        transaction; raises LeaseLost."""
        post_id = await self._done(operation)
        outcome = {"status": "succeeded", "id": str(post_id)}
        await self.write_uow[JobRepository].add_item(lease, Item(str(number), outcome))

    @command_handler
    async def refuse(self, lease: Lease, number: int, error: DomainError) -> None:
        """Store that an operation was refused; raises LeaseLost."""
        outcome = {"status": "failed", "error": type(error).__name__, "detail": str(error)}
        await self.write_uow[JobRepository].add_item(lease, Item(str(number), outcome))

    @command_handler
    async def end(self, lease: Lease) -> None:
        """End the job with the outcomes of its operations, in their order; raises LeaseLost."""
        done = await self.write_uow[JobRepository].items(lease.job_id)
        outcomes = [done[name] for name in sorted(done, key=int)]
        failed = sum(outcome["status"] == "failed" for outcome in outcomes)
        counts = {"succeeded": len(outcomes) - failed, "failed": failed}
        await self.write_uow[JobRepository].finish(lease, counts | {"operations": outcomes})

    async def _check_quota(self, user_id: UUID) -> None:
        waiting = await waiting_jobs(self.write_uow, KIND, user_id, AT_A_TIME)
        if len(waiting) >= AT_A_TIME:
            said = f"{AT_A_TIME} bulks of yours have not ended: wait until one of them has."
            raise QuotaReached(said, _RETRY_SECONDS)

    async def _done(self, operation: Operation) -> UUID:
        caller = await present_caller(self.write_uow, authenticated(self.caller).id)
        posts = PostCommandService(self.write_uow, caller, self.clock)
        if isinstance(operation, Create):
            return (await posts.create_post(operation)).id
        if isinstance(operation, Update):
            return (await posts.update_post(operation.id, operation)).id
        steps = {"publish": posts.publish_post, "archive": posts.archive_post}
        if step := steps.get(operation.op):
            return (await step(operation.id)).id
        await posts.delete_post(operation.id)
        return operation.id
