"""The request for an account's export, and the job that answers it with a link."""

from datetime import timedelta
from typing import Protocol
from uuid import UUID

from application.callers import authenticated
from application.clock import Clock
from application.finding import found
from application.handlers import command_handler
from application.job.ports import JobReader, JobRepository, Lease
from application.job.views import LINK, JobView
from application.services import Commands
from application.unit_of_work import WriteUnitOfWork
from application.user.requester import present_caller
from application.user.waiting_jobs import waiting_jobs
from domain.caller import Caller
from domain.job import Job

KIND = "export_account"
LINK_LIFETIME = timedelta(days=1)


class ExportLinks(Protocol):
    """Makes the links to archives."""

    def to_export(self, base: str, user_id: UUID, lifetime: timedelta) -> str:
        """Return the address of a user's archive, below the public address of this server."""


class ExportCommandService(Commands):
    """Requests the export of the caller's account."""

    @command_handler
    async def request_export(self, base: str) -> JobView:
        """Store the request as a job, or return the one that has not ended; `base` is the public
        address of this server."""
        caller = authenticated(self.caller)
        self.write_uow.admit_unverified()
        waiting = await waiting_jobs(self.write_uow, KIND, caller.id, 1)
        job_id = waiting[0] if waiting else await self._add(caller, base)
        return found(await self.write_uow[JobReader].get(job_id, seen_by=caller), "job")

    async def _add(self, caller: Caller, base: str) -> UUID:
        job = Job.queued(KIND, {"base": base}, caller.id, self.clock())
        await self.write_uow[JobRepository].add(job)
        return job.id


class ExportJobService:
    """The transaction of one job."""

    def __init__(
        self, write_uow: WriteUnitOfWork, clock: Clock, lease: Lease, links: ExportLinks
    ) -> None:
        self.write_uow = write_uow
        self.clock = clock
        self.lease = lease
        self.links = links

    @command_handler
    async def give_link(self, base: str, requested_by: UUID | None) -> None:
        """End the job with a link; raises Forbidden where the account is closed, and LeaseLost."""
        caller = await present_caller(self.write_uow, requested_by)
        link = self.links.to_export(base, caller.id, LINK_LIFETIME)
        until = (self.clock() + LINK_LIFETIME).isoformat().replace("+00:00", "Z")
        await self.write_uow[JobRepository].finish(self.lease, {LINK: link, "expires_at": until})
