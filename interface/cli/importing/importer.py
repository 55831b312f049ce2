"""The importer: stores files batch by batch, and leaves bad ones out."""

import asyncio
from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import dataclass

from application.importing.commands import ImportCommandService, ImportedPost, Outcome
from application.rendering import TextRenderer
from domain.errors import DomainError, Invalid, Taken
from interface.cli.importing.bad_file import BadFile
from interface.cli.importing.links import Links
from interface.cli.importing.pictures import OpenScope, Pictures
from interface.cli.importing.post_file import PostFile
from interface.cli.importing.report import Report
from interface.cli.importing.reservations import Reservations
from interface.cli.importing.source import Source, source_of
from interface.cli.importing.storage import Sources, Storage

BATCH = 50


@dataclass(frozen=True, slots=True)
class Manner:
    """Options: `author` is the author of posts that name none; a rehearsal stores nothing."""

    author: str | None = None
    is_rehearsal: bool = False


class Importer:
    """Imports files, each batch in a scope and a transaction of its own."""

    def __init__(
        self, open_scope: OpenScope, report: Report, manner: Manner, renderer: TextRenderer
    ) -> None:
        self._open_scope = open_scope
        self._report = report
        self._manner = manner
        self._links = Links(renderer)
        self._pictures = Pictures(open_scope, report)
        is_rehearsal = manner.is_rehearsal
        self._storage = Storage(open_scope, renderer, self._pictures, is_rehearsal=is_rehearsal)
        self.is_ending = False
        self._taken = Reservations()
        self._waiting: list[tuple[PostFile, Source]] = []

    def end(self) -> None:
        """Read no further files; those that were read are still stored."""
        self.is_ending = True

    async def run(self, files: Sequence[PostFile]) -> None:
        pliant = []
        async for file, source in self._sources(files):
            if source.post.insists_on_slugs:
                await self._take(file, source)
            else:
                pliant.append(file)
        await self._import_waiting()
        # last, as their slugs may get numbers; read again then, as their texts would fill the
        # memory
        async for file, source in self._sources(pliant):
            await self._take(file, source)
        await self._import_waiting()
        for name, address in await self._links.lost(self._known):
            self._report.lose(name, address)

    async def _known(self, wanted: Collection[str]) -> set[str]:
        here = await self._open_scope()[ImportCommandService].taken(wanted)
        return here | self._taken.among(wanted)

    async def _sources(self, files: Sequence[PostFile]) -> AsyncIterator[tuple[PostFile, Source]]:
        for file in files:
            # lets a signal handler run
            await asyncio.sleep(0)
            if self.is_ending:
                return
            if source := self._read(file):
                yield file, source

    def _read(self, file: PostFile) -> Source | None:
        try:
            return source_of(file.text, file.place, self._manner.author)
        except BadFile as reason:
            self._report.refuse(file.name, reason)
        except Exception as error:
            # an unexpected error of one file must not prevent the others
            self._report.refuse(file.name, _unforeseen(error))
        return None

    async def _take(self, file: PostFile, source: Source) -> None:
        if self._taken.clash(source):
            # the file that has the address may still be refused
            await self._import_waiting()
        if clash := self._taken.clash(source):
            self._report.refuse(file.name, clash)
            return
        self._taken.reserve(file, source)
        self._waiting.append((file, source))
        if len(self._waiting) == BATCH:
            await self._import_waiting()

    async def _import_waiting(self) -> None:
        waiting, self._waiting = self._waiting, []
        if waiting:
            await self._import(waiting)

    async def _import(self, sources: Sources) -> None:
        try:
            stored = await self._storage.store(sources)
        except DomainError as error:
            if len(sources) == 1:
                file, source = sources[0]
                self._taken.give_back(file, source)
                self._report.refuse(file.name, _bad_file(source, error))
                return
            # nothing of the batch is stored: find the bad files
            for one in sources:
                await self._import([one])
        else:
            for (file, source), (post, outcome) in zip(sources, stored, strict=True):
                self._report.add(file.name, post.status, outcome)
                if outcome is Outcome.IMPORTED:
                    self._note(file, source, post)

    def _note(self, file: PostFile, source: Source, post: ImportedPost) -> None:
        self._links.note(file.name, post, self._pictures.urls)
        if source.notice:
            self._report.note(file.name, source.notice)


def _unforeseen(error: Exception) -> BadFile:
    kind = type(error).__name__
    return BadFile(1, f"The import fails on it, with {kind}: please report that.")


def _bad_file(source: Source, error: DomainError) -> BadFile:
    if isinstance(error, Taken):
        return source.fault(error.field, "Another post has it: choose another.")
    if isinstance(error, Invalid):
        return source.fault(error.field, str(error))
    return BadFile(1, str(error))
