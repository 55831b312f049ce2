"""The files of pictures: what pages show, for anyone, and never another content."""

from collections.abc import AsyncIterator
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse

from application.media.ports import ShownFile
from application.media.queries import PictureFileService
from interface.http.byte_ranges import ByteRange, Unsatisfiable, asked_range
from interface.http.dependencies import UncountedScope
from interface.http.pages import CSP

# Not in the API's description, where pictures tell their addresses; not counted, as a page may have
# many.
router = APIRouter()


@router.get("/media/{picture_id:uuid}/{name}", include_in_schema=False)
async def get_media_file(
    scope: UncountedScope, request: Request, picture_id: UUID, name: str
) -> Response:
    """Get a file, or a part of it."""
    service = scope[PictureFileService]
    file = await service.find(picture_id, name)
    etag = f'"{file.place.replace("/", "-")}"'
    headers = {"ETag": etag, "Accept-Ranges": "bytes", CSP: "sandbox; default-src 'none'"}
    if etag in request.headers.get("If-None-Match", ""):
        return _lasting(request, Response(status_code=304, headers=headers))
    try:
        part = _part(request, etag, file)
    except Unsatisfiable:
        told = {"Content-Range": f"bytes */{file.bytes}"}
        return Response(status_code=416, headers=headers | told)
    return _lasting(request, await _answer(request, service, file, part, headers))


def _part(request: Request, etag: str, file: ShownFile) -> ByteRange | None:
    is_other = request.headers.get("If-Range", etag) != etag
    return None if is_other else asked_range(request.headers.get("Range"), file.bytes)


async def _answer(
    request: Request,
    service: PictureFileService,
    file: ShownFile,
    part: ByteRange | None,
    headers: dict[str, str],
) -> Response:
    status = 206 if part else 200
    if part:
        headers["Content-Range"] = part.of(file.bytes)
    sent = part or ByteRange(0, file.bytes)
    headers |= {"Content-Length": str(sent.length), "Content-Type": file.type}
    if request.scope["state"].get("is_head"):
        return Response(None, status, headers)
    pieces = service.pieces(file, sent.start, sent.length)
    first = await anext(pieces)  # an error is answered as a problem
    return StreamingResponse(_all(first, pieces), status, headers)


async def _all(first: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for piece in rest:
        yield piece


def _lasting(request: Request, answer: Response) -> Response:
    request.scope["state"]["is_lasting"] = True
    return answer
