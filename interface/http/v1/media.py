"""Pictures."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from application.media.commands import PictureCommandService, PicturePatch
from application.media.queries import PictureQueryService
from application.media.uploading import UploadService
from application.media.views import PicturePage, PictureView
from core.dependencies.scope import ServiceScope
from interface.http.addresses import address_of
from interface.http.answers import json_answer, read_answer
from interface.http.dependencies import (
    AuthenticatedLimitedScope,
    AuthenticatedScope,
    OpenScope,
    ScopeOfList,
)
from interface.http.problems import NOT_MODIFIED, problems
from interface.http.query_strings import PageInQuery
from interface.http.uploads import FORM, received

router = APIRouter(prefix="/media", tags=["media"])
ScopeOfUpload = Annotated[ServiceScope, Depends(AuthenticatedLimitedScope("uploads"))]
_FORM: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {FORM: {"schema": {"$ref": "#/components/schemas/PictureForm"}}},
    }
}


@router.get("", response_model=PicturePage, responses=problems() | NOT_MODIFIED)
async def list_media(scope: ScopeOfList, request: Request, query: PageInQuery) -> Response:
    """List one's own pictures, or all as an editor, the newest first."""
    return read_answer(await scope[PictureQueryService].get_pictures.encoded(query), request)


@router.post(
    "", status_code=201, response_model=PictureView, responses=problems(507), openapi_extra=_FORM
)
async def upload_media(scope: ScopeOfUpload, request: Request) -> Response:
    """Upload a picture; one that the caller has uploaded before is that one."""
    async with received(request) as upload:
        picture = await scope[UploadService].upload(upload)
    location = address_of(request, f"/api/v1/media/{picture.id}")
    return json_answer(picture, 201, {"Location": location})


@router.get("/{picture_id}", response_model=PictureView, responses=problems(404) | NOT_MODIFIED)
async def get_media(scope: OpenScope, request: Request, picture_id: UUID) -> Response:
    """Get a picture of one's own, or any as an editor."""
    return read_answer(await scope[PictureQueryService].get_picture.encoded(picture_id), request)


@router.patch("/{picture_id}", response_model=PictureView, responses=problems(404, 409))
async def update_media(
    scope: AuthenticatedScope, picture_id: UUID, patch: PicturePatch
) -> Response:
    """Change a picture's alternative text."""
    return json_answer(await scope[PictureCommandService].update_picture(picture_id, patch))


@router.delete("/{picture_id}", status_code=204, responses=problems(404, 409))
async def delete_media(scope: AuthenticatedScope, picture_id: UUID) -> None:
    """Delete a picture; posts that show it go on showing it."""
    await scope[PictureCommandService].delete_picture(picture_id)
