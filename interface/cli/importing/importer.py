"""The importer: stores files batch by batch, and leaves bad ones out."""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from dataclasses import dataclass

from application.importing.commands import ImportCommandService, ImportedPost, Outcome
from application.unit_of_work import Retryable
from core.dependencies.scope import ServiceScope
from domain.errors import DomainError, Invalid, Taken
from interface.cli.importing.bad_file import BadFile
from interface.cli.importing.links import Links
from interface.cli.importing.post_file import PostFile
from interface.cli.importing.report import Report
from interface.cli.importing.reservations import Reservations
from interface.cli.importing.source import Source, source_of

BATCH = 50
# another writer, such as a backup, may hold its lock for longer than the lock timeout
PAUSES_SECONDS = (1.0, 2.0, 4.0)
_Sources = Sequence[tuple[PostFile, Source]]


@dataclass(frozen=True, slots=True)
class Manner:
    """Options: `author` is the author of posts that name none; a rehearsal stores nothing."""

    author: str | None = None
    is_rehearsal: bool = False


class Importer:
    """Imports files, each batch in a scope and a transaction of its own."""

    def __init__(
        self, open_scope: Callable[[], ServiceScope], report: Report, manner: Manner, links: Links
    ) -> None:
        self._open_scope = open_scope
        self._report = report
        self._manner = manner
        self._links = links
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

    async def _import(self, sources: _Sources) -> None:
        posts = [source.post for _, source in sources]
        try:
            outcomes = await self._import_in_the_end(posts)
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
            for (file, source), outcome in zip(sources, outcomes, strict=True):
                self._report.add(file.name, source.post.status, outcome)
                if outcome is Outcome.IMPORTED:
                    self._note(file, source)

    def _note(self, file: PostFile, source: Source) -> None:
        self._links.note(file.name, source.post)
        if source.notice:
            self._report.note(file.name, source.notice)

    async def _import_in_the_end(self, posts: Sequence[ImportedPost]) -> list[Outcome]:
        for seconds in PAUSES_SECONDS:
            try:
                return await self._import_now(posts)
            except Retryable:
                await asyncio.sleep(seconds)
        return await self._import_now(posts)

    async def _import_now(self, posts: Sequence[ImportedPost]) -> list[Outcome]:
        imports = self._open_scope()[ImportCommandService]
        if self._manner.is_rehearsal:
            return await imports.rehearse(posts)
        return await imports.import_posts(posts)


def _unforeseen(error: Exception) -> BadFile:
    kind = type(error).__name__
    return BadFile(1, f"The import fails on it, with {kind}: please report that.")


def _bad_file(source: Source, error: DomainError) -> BadFile:
    if isinstance(error, Taken):
        return source.fault(error.field, "Another post has it: choose another.")
    if isinstance(error, Invalid):
        return source.fault(error.field, str(error))
    return BadFile(1, str(error))
