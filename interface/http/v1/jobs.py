"""Jobs."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from application.job.commands import JobCommandService
from application.job.ports import JobsQuery
from application.job.queries import JobQueryService
from application.job.views import JobPage, JobView
from interface.http.answers import json_answer, read_answer
from interface.http.dependencies import AuthenticatedScope, ScopeOfList
from interface.http.problems import NOT_MODIFIED, problems
from interface.http.query_strings import QueryString

router = APIRouter(prefix="/jobs", tags=["jobs"])
_QUERY = QueryString(JobsQuery)


@router.get("", response_model=JobPage, responses=problems() | NOT_MODIFIED)
async def list_jobs(
    scope: ScopeOfList, request: Request, query: Annotated[JobsQuery, Depends(_QUERY)]
) -> Response:
    """List jobs, the newest first: one's own, to admins all."""
    return read_answer(await scope[JobQueryService].get_jobs.encoded(query), request)


@router.get("/{job_id}", response_model=JobView, responses=problems(404) | NOT_MODIFIED)
async def get_job(scope: AuthenticatedScope, request: Request, job_id: UUID) -> Response:
    """Get a job of one's own, with its progress; admins get any."""
    return read_answer(await scope[JobQueryService].get_job.encoded(job_id), request)


@router.post("/{job_id}/replay", response_model=JobView, responses=problems(403, 404, 409))
async def replay_job(scope: AuthenticatedScope, job_id: UUID) -> Response:
    """Queue a dead job again, as an admin."""
    return json_answer(await scope[JobCommandService].replay_job(job_id))


@router.post("/{job_id}/discard", response_model=JobView, responses=problems(403, 404, 409))
async def discard_job(scope: AuthenticatedScope, job_id: UUID) -> Response:
    """Discard a dead job, as an admin."""
    return json_answer(await scope[JobCommandService].discard_job(job_id))
