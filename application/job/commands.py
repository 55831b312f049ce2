"""Commands on jobs: what becomes of those that are dead."""

from uuid import UUID

from application.callers import check_admin
from application.clock import Clock
from application.handlers import command_handler
from application.job.views import JobView
from application.unit_of_work import WriteUnitOfWork
from domain.errors import NotFound
from domain.user import Caller


class JobCommandService:
    """Replays and discards jobs for an admin."""

    def __init__(self, write_uow: WriteUnitOfWork, caller: Caller | None, clock: Clock) -> None:
        self.write_uow = write_uow
        self.caller = caller
        self.clock = clock

    @command_handler
    async def replay_job(self, job_id: UUID) -> JobView:
        """Let a dead job run again; raises ForbiddenTransition for another."""
        admin = check_admin(self.caller)
        job = await self.write_uow.jobs.get(job_id)
        job.replay(self.clock())
        await self.write_uow.jobs.store(job)
        return await self._view(job_id, admin)

    @command_handler
    async def discard_job(self, job_id: UUID) -> JobView:
        """Give a dead job up; raises ForbiddenTransition for another."""
        admin = check_admin(self.caller)
        job = await self.write_uow.jobs.get(job_id)
        job.discard()
        await self.write_uow.jobs.store(job)
        return await self._view(job_id, admin)

    async def _view(self, job_id: UUID, admin: Caller) -> JobView:
        view = await self.write_uow.views.jobs.get(job_id, seen_by=admin)
        if view is None:
            raise NotFound("job")
        return view
