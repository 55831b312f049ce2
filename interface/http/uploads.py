"""The upload of one file: a form (multipart/form-data) that is parsed while it arrives."""

from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from errno import EDQUOT, ENOSPC

from fastapi import HTTPException, Request
from pydantic import BaseModel, ConfigDict, Field
from python_multipart.multipart import parse_options_header
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect

from application.files import FilesFull, FilesUnavailable
from application.media.uploading import Upload
from domain.errors import Invalid
from domain.picture import ALT_LIMIT, BYTES_LIMIT

FORM = "multipart/form-data"
_ALT_BYTES = 4 * ALT_LIMIT + 4
_MIB = 1_048_576


class PictureForm(BaseModel):
    """A picture to upload, of at most 10 MiB."""

    model_config = ConfigDict(extra="forbid")

    file: str = Field(
        examples=["…"],
        description="A PNG, JPEG, WebP, AVIF or GIF.",
        json_schema_extra={"format": "binary"},
    )
    alt: str = Field(default="", max_length=ALT_LIMIT, examples=["A printing press."])


@asynccontextmanager
async def received(request: Request) -> AsyncIterator[Upload]:
    """Return the file of a form; beyond the first MiB it is on the disk, without a name, until the
    end of the block. Raises HTTPException and Invalid."""
    if not request.headers.get("content-type", "").lower().startswith(FORM):
        raise HTTPException(415, f"Send the picture as a form: Content-Type: {FORM}.")
    with _faults():
        form = await _parser(request).parse()
    try:
        yield _upload_in(form)
    finally:
        await form.close()


def _parser(request: Request) -> MultiPartParser:
    _, options = parse_options_header(request.headers["content-type"])
    end = b"--" + options.get(b"boundary", b"") + b"--"
    pieces = _whole(request.stream(), end)
    limits = {"max_files": 1, "max_fields": 1, "max_part_size": _ALT_BYTES}
    return MultiPartParser(request.headers, pieces, **limits)


async def _whole(pieces: AsyncIterator[bytes], end: bytes) -> AsyncGenerator[bytes]:
    """Pass a form on; raises MultiPartException where it has no end, as the parser would wait for
    the rest of its file."""
    last, has_ended = b"", False
    async for piece in pieces:
        has_ended = has_ended or end in last + piece
        last = (last + piece)[-len(end) :]
        yield piece
    if not has_ended:
        raise MultiPartException("The form has no end.")


def _upload_in(form: FormData) -> Upload:
    for name in form:
        if name not in PictureForm.model_fields:
            raise Invalid(name, "This call has no such field.", "extra_forbidden")
    file, alt = form.get("file"), form.get("alt")
    if not isinstance(file, UploadFile):
        raise Invalid("file", "Send a file in this field.", "missing")
    if isinstance(alt, UploadFile):
        raise Invalid("alt", "Send text in this field.", "string_type")
    if (file.size or 0) > BYTES_LIMIT:
        raise HTTPException(413, f"A picture may have at most {BYTES_LIMIT // _MIB} MiB.")
    return Upload(file.filename or "", file.size or 0, file.file, alt)


@contextmanager
def _faults() -> Iterator[None]:
    try:
        yield
    except MultiPartException as error:
        raise HTTPException(400, error.message) from error
    except ClientDisconnect as error:
        raise HTTPException(400, "The body ended too early.") from error
    except OSError as error:
        if error.errno in (ENOSPC, EDQUOT):
            raise FilesFull("The disk for uploads is full: nothing was stored.") from error
        raise FilesUnavailable(f"Uploads can't be taken: {error.strerror}.") from error
