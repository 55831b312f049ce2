"""`/status`: a page for admins on how the server does, and on jobs that failed.

The page is at `/status/now`: browsers send a name and a password to all addresses that begin as the
one that asked for them does, up to its last slash. So they send them to those below `/status/`
alone, and not to the blog, which would answer 401.
"""

from contextlib import suppress
from typing import Annotated
from urllib.parse import urlsplit
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from application.job.commands import JobCommandService
from core.dependencies.scope import ServiceScope
from domain.errors import ForbiddenTransition, NotFound
from domain.tenant import DEFAULT_TENANT
from interface.http.addresses import address_of
from interface.http.dependencies import container_of
from interface.http.pages import StatusPage
from interface.status.jobs import jobs_of
from interface.status.opening import open_status
from interface.status.summary import summary_of
from interface.status.templating import SCRIPT, STYLE, TEMPLATE

# not in the API's description, since it is for people
router = APIRouter(prefix="/status", include_in_schema=False)
_PAGE = "/status/now"
AdminScope = Annotated[ServiceScope, Depends(open_status)]


@router.get("")
async def lead_to_page(request: Request) -> Response:
    """Lead to the page, without asking for credentials."""
    return _see_page(request)


@router.get("/now")
async def show_status(scope: AdminScope, request: Request) -> Response:
    """Show the jobs of the admin's tenant and, to one of the default tenant, the server."""
    container = container_of(request)
    is_operator = scope.tenant == DEFAULT_TENANT
    machine = summary_of(await container.status()) if is_operator else None
    jobs = await jobs_of(scope)
    return StatusPage(TEMPLATE.render(root=_root(request), machine=machine, jobs=jobs))


@router.post("/jobs/{job_id}/replay")
async def replay(scope: AdminScope, request: Request, job_id: UUID) -> Response:
    """Queue a dead job again, and show the status."""
    # somebody else was faster: the page shows it
    with suppress(ForbiddenTransition, NotFound):
        await scope[JobCommandService].replay_job(job_id)
    return _see_page(request)


@router.get("/style-{digest}.css")
async def style(request: Request, digest: str) -> Response:
    """Give the style sheet; browsers keep it, as its address changes with it."""
    return STYLE.answer(request, digest)


@router.get("/script-{digest}.js")
async def script(request: Request, digest: str) -> Response:
    """Give the script, which renews the page."""
    return SCRIPT.answer(request, digest)


def _see_page(request: Request) -> Response:
    return Response(status_code=303, headers={"Location": f"{_root(request)}{_PAGE}"})


def _root(request: Request) -> str:
    return urlsplit(address_of(request, "")).path.rstrip("/")
