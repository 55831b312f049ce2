"""Commands on dead jobs."""

from uuid import UUID

from application.audit.ports import AuditTrail
from application.callers import at_least
from application.finding import found
from application.handlers import command_handler
from application.job.ports import JobReader, JobRepository
from application.job.views import JobView
from application.services import Commands
from domain.audit import Action
from domain.caller import Caller, Role
from domain.job import Job


class JobCommandService(Commands):
    """Replays and discards jobs for an admin."""

    @command_handler
    async def replay_job(self, job_id: UUID) -> JobView:
        """Queue a dead job again; raises ForbiddenTransition for a job in another state."""
        admin = at_least(Role.ADMIN, self.caller)
        job = await self.write_uow[JobRepository].get(job_id)
        job.replay(self.clock())
        await self._store(job, Action.JOB_REPLAYED)
        return await self._view(job_id, admin)

    @command_handler
    async def discard_job(self, job_id: UUID) -> JobView:
        """Discard a dead job; raises ForbiddenTransition for a job in another state."""
        admin = at_least(Role.ADMIN, self.caller)
        job = await self.write_uow[JobRepository].get(job_id)
        job.discard()
        await self._store(job, Action.JOB_DISCARDED)
        return await self._view(job_id, admin)

    async def _store(self, job: Job, action: Action) -> None:
        await self.write_uow[JobRepository].store(job)
        await self.write_uow[AuditTrail].note(action, what=f"{job.kind} {job.id}")

    async def _view(self, job_id: UUID, admin: Caller) -> JobView:
        return found(await self.write_uow[JobReader].get(job_id, seen_by=admin), "job")
