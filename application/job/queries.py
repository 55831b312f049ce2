"""Queries of jobs."""

from uuid import UUID

from application.callers import signed_in
from application.handlers import query_handler
from application.job.ports import JobsQuery
from application.job.views import JobCountView, JobPage, JobView
from application.unit_of_work import ReadUnitOfWork
from domain.errors import NotFound
from domain.user import Caller


class JobQueryService:
    """Reads jobs for one caller."""

    def __init__(self, read_uow: ReadUnitOfWork, caller: Caller | None) -> None:
        self.read_uow = read_uow
        self.caller = caller

    @query_handler
    async def get_job(self, job_id: UUID) -> JobView:
        """Give a job; raises NotFound, also where the caller did not cause it and is no admin."""
        job = await self.read_uow.jobs.get(job_id, seen_by=signed_in(self.caller))
        if job is None:
            raise NotFound("job")
        return job

    @query_handler
    async def get_jobs(self, query: JobsQuery) -> JobPage:
        """Give the total and a page: of all jobs to admins, to others of their own."""
        return await self.read_uow.jobs.page(query, seen_by=signed_in(self.caller))

    @query_handler
    async def count_jobs(self) -> tuple[JobCountView, ...]:
        """Count by kind and state what `get_jobs` would list."""
        return await self.read_uow.jobs.counts(seen_by=signed_in(self.caller))
