"""The export of one's own account."""

from collections.abc import AsyncIterator
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse

from application.exporting.account_commands import ExportCommandService
from application.exporting.account_queries import AccountExportService
from application.job.views import JobView
from application.media.queries import PictureFileService
from core.blog.rendering import RENDERER
from interface.exporting.account_archive import account_archive
from interface.http.addresses import address_of
from interface.http.answers import json_answer
from interface.http.dependencies import AuthenticatedScope, ScopeOfExport
from interface.http.problems import problems

router = APIRouter(prefix="/users/me/export", tags=["users"])
ZIP = "application/zip"
_NAMED = {"Content-Disposition": 'attachment; filename="account.zip"'}
_ARCHIVE: dict[int | str, dict[str, Any]] = {
    200: {"description": "The archive.", "content": {ZIP: {"schema": {"type": "string"}}}},
}


@router.post("", status_code=202, response_model=JobView, responses=problems())
async def request_export(scope: AuthenticatedScope, request: Request) -> Response:
    """Export one's own account, as a job; the `link` in its result is good for a day."""
    job = await scope[ExportCommandService].request_export(address_of(request, ""))
    return json_answer(job, 202, {"Location": address_of(request, f"/api/v1/jobs/{job.id}")})


@router.get("", response_class=StreamingResponse, responses=problems(404) | _ARCHIVE)
async def get_export(scope: ScopeOfExport, request: Request) -> Response:
    """Get an account by the link of its export: a .zip of JSON and Markdown."""
    pieces = account_archive(scope[AccountExportService], scope[PictureFileService], RENDERER)
    first = await anext(pieces)  # an error is answered as a problem
    if request.scope["state"].get("is_head"):
        await pieces.aclose()
        return Response(media_type=ZIP, headers=_NAMED)
    return StreamingResponse(_all(first, pieces), media_type=ZIP, headers=_NAMED)


async def _all(first: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for piece in rest:
        yield piece
