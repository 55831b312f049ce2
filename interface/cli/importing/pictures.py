"""Brings the pictures of imported posts into the blog, as their authors' own."""

from dataclasses import dataclass
from functools import partial
from io import SEEK_END
from pathlib import PurePosixPath
from typing import BinaryIO, Protocol
from urllib.parse import unquote
from uuid import UUID

from application.importing.commands import ImportedPost
from application.media.uploading import Upload, UploadService
from application.media.views import path_of_picture
from application.rendering import PlacedAddress, with_addresses
from core.dependencies.scope import ServiceScope
from domain.caller import Caller, Role
from domain.errors import Invalid
from domain.ids import new_id
from domain.picture import ALT_LIMIT
from interface.cli.importing.bad_file import BadFile
from interface.cli.importing.patience import in_the_end
from interface.cli.importing.report import Report
from interface.cli.importing.wanted_pictures import Reference, Wanted


class OpenScope(Protocol):
    """Opens a scope of the blog's tenant."""

    def __call__(self, caller: Caller | None = None) -> ServiceScope: ...


@dataclass(frozen=True, slots=True)
class _Picture:
    id: UUID
    url: str


class Pictures:
    """Uploads each file once for each author who shows it; `urls` are the pictures' addresses."""

    def __init__(self, open_scope: OpenScope, report: Report) -> None:
        self.urls: set[str] = set()
        self._open_scope = open_scope
        self._report = report
        self._known: dict[tuple[str, str | None, PurePosixPath], _Picture | BadFile] = {}

    async def shown_in(
        self, post: ImportedPost, file_name: str, wanted: Wanted, author_id: UUID | None
    ) -> ImportedPost:
        """Return a post that shows the blog's pictures instead of files; without an author they
        are only looked at."""
        changes: list[tuple[PlacedAddress, str]] = []
        cover, faults = None, wanted.faults.copy()
        for each in wanted.references:
            picture = await self._picture(each, post, author_id)
            if isinstance(picture, BadFile):
                faults.append(BadFile(each.line, f"{each.address}: {picture}"))
            elif each.place:
                changes.append((each.place, picture.url))
            else:
                cover = picture.id
        for fault in faults:
            self._report.leave_picture(file_name, fault)
        body = with_addresses(post.body, changes)
        return post.model_copy(update={"body": body, "cover": cover})

    async def _picture(
        self, wanted: Reference, post: ImportedPost, author_id: UUID | None
    ) -> _Picture | BadFile:
        key = post.authors[0], post.username, wanted.file.whole_path
        if key not in self._known:
            self._known[key] = await self._brought(wanted, author_id)
        return self._known[key]

    async def _brought(self, wanted: Reference, author_id: UUID | None) -> _Picture | BadFile:
        try:
            with wanted.file.open() as content:
                picture = await self._uploaded(_upload_of(wanted, content), author_id)
        except BadFile as reason:
            return reason
        except Invalid as error:
            return BadFile(None, str(error))
        self._report.bring_picture()
        self.urls.add(unquote(picture.url))
        return picture

    async def _uploaded(self, sent: Upload, author_id: UUID | None) -> _Picture:
        if author_id is None:
            await self._open_scope()[UploadService].check(sent)
            picture_id = new_id()
            return _Picture(picture_id, path_of_picture(picture_id, sent.name))
        # as in a job, an author needs no login
        uploads = self._open_scope(Caller(author_id, Role.AUTHOR))[UploadService]
        picture = await in_the_end(partial(uploads.upload, sent))
        return _Picture(picture.id, picture.url)


def _upload_of(wanted: Reference, content: BinaryIO) -> Upload:
    alt = wanted.alt[:ALT_LIMIT] if wanted.alt else None
    return Upload(wanted.file.whole_path.name, content.seek(0, SEEK_END), content, alt)
