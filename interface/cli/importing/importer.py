"""The importer: files in, batch by batch, and the bad ones left out."""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

from application.importing.commands import ImportedPost, Outcome, old_address
from application.unit_of_work import Retryable
from core.dependencies.scope import Scope
from domain.errors import DomainError, Invalid, Taken
from interface.cli.importing.bad_file import BadFile
from interface.cli.importing.files import text_of
from interface.cli.importing.report import Report
from interface.cli.importing.source import Source, source_of

BATCH = 50
# another writer, such as a backup, may hold its lock for longer than a command waits for it
PAUSES_SECONDS = (1.0, 2.0, 4.0)
_Sources = Sequence[tuple[Path, Source]]


class Importer:
    """Imports files, each batch in a scope and a transaction of its own."""

    def __init__(self, open_scope: Callable[[], Scope], report: Report) -> None:
        self._open_scope = open_scope
        self._report = report
        self._files: dict[str, Path] = {}  # by the addresses that their posts have

    async def run(self, files: Sequence[Path]) -> None:
        for start in range(0, len(files), BATCH):
            read = ((file, self._read(file)) for file in files[start : start + BATCH])
            if sources := [(file, source) for file, source in read if source]:
                await self._import(sources)

    def _read(self, file: Path) -> Source | None:
        try:
            source = source_of(text_of(file))
            self._reserve_addresses(file, source)
        except BadFile as reason:
            self._report.refuse(file, reason)
            return None
        return source

    def _reserve_addresses(self, file: Path, source: Source) -> None:
        # the blog would take a path that is another's alias for a post that is here already
        wanted = [("path", source.post.path), *(("aliases", old) for old in source.post.aliases)]
        for field, address in wanted:
            if other := self._files.get(old_address(address)):
                raise source.fault(field, f"{address!r} is taken by {other}: choose another.")
        self._files.update((old_address(address), file) for _, address in wanted)

    async def _import(self, sources: _Sources) -> None:
        posts = [source.post for _, source in sources]
        try:
            self._report.add(await self._import_in_the_end(posts))
        except DomainError as error:
            if len(sources) == 1:
                file, source = sources[0]
                self._report.refuse(file, _bad_file(source, error))
                return
            # nothing of the batch is in: find the bad ones
            for one in sources:
                await self._import([one])

    async def _import_in_the_end(self, posts: Sequence[ImportedPost]) -> list[Outcome]:
        for seconds in PAUSES_SECONDS:
            try:
                return await self._open_scope().imports.import_posts(posts)
            except Retryable:
                await asyncio.sleep(seconds)
        return await self._open_scope().imports.import_posts(posts)


def _bad_file(source: Source, error: DomainError) -> BadFile:
    if isinstance(error, Taken):
        return source.fault(error.field, "Another post has it: choose another.")
    if isinstance(error, Invalid):
        return source.fault(error.field, str(error))
    return BadFile(1, str(error))
