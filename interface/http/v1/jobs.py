"""Jobs."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from application.job.ports import JobsQuery
from application.job.views import JobPage, JobView
from interface.http.answers import json_answer, read_answer
from interface.http.dependencies import ScopeOfList, SignedInScope
from interface.http.problems import NOT_MODIFIED, problems
from interface.http.query_strings import QueryString

router = APIRouter(prefix="/jobs", tags=["jobs"])
_QUERY = QueryString(JobsQuery)


@router.get(
    "", response_model=JobPage, responses=problems() | NOT_MODIFIED, openapi_extra=_QUERY.described
)
async def list_jobs(
    scope: ScopeOfList, request: Request, query: Annotated[JobsQuery, Depends(_QUERY)]
) -> Response:
    """List jobs, the newest first: one's own, to admins all."""
    return read_answer(await scope.jobs.get_jobs.encoded(query), request)


@router.get("/{job_id}", response_model=JobView, responses=problems(404) | NOT_MODIFIED)
async def get_job(scope: SignedInScope, request: Request, job_id: UUID) -> Response:
    """Get a job that one caused, with its progress; admins get any."""
    return read_answer(await scope.jobs.get_job.encoded(job_id), request)


@router.post("/{job_id}/replay", response_model=JobView, responses=problems(403, 404, 409))
async def replay_job(scope: SignedInScope, job_id: UUID) -> Response:
    """Let a dead job run again, as an admin."""
    return json_answer(await scope.job_commands.replay_job(job_id))


@router.post("/{job_id}/discard", response_model=JobView, responses=problems(403, 404, 409))
async def discard_job(scope: SignedInScope, job_id: UUID) -> Response:
    """Give a dead job up, as an admin."""
    return json_answer(await scope.job_commands.discard_job(job_id))
