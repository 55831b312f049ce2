"""Queries of jobs."""

from uuid import UUID

from application.callers import authenticated
from application.finding import found
from application.handlers import query_handler
from application.job.ports import JobReader, JobsQuery
from application.job.views import JobCountView, JobPage, JobView
from application.services import Queries


class JobQueryService(Queries):
    """Reads jobs for one caller."""

    @query_handler
    async def get_job(self, job_id: UUID) -> JobView:
        """Return a job; raises NotFound, also for callers who are neither its requester nor
        admins."""
        seen_by = authenticated(self.caller)
        return found(await self.read_uow[JobReader].get(job_id, seen_by), "job")

    @query_handler
    async def get_jobs(self, query: JobsQuery) -> JobPage:
        """Return the total and a page: of all jobs for admins, else of the caller's own."""
        return await self.read_uow[JobReader].page(query, seen_by=authenticated(self.caller))

    @query_handler
    async def count_jobs(self) -> tuple[JobCountView, ...]:
        """Count by kind and state what `get_jobs` would list."""
        return await self.read_uow[JobReader].counts(seen_by=authenticated(self.caller))
