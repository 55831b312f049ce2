"""The importer: files in, batch by batch, and the bad ones left out."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from application.importing.commands import ImportedPost, Outcome, old_address
from application.unit_of_work import Retryable
from core.dependencies.scope import Scope
from domain.errors import DomainError, Invalid, Taken
from interface.cli.importing.bad_file import BadFile
from interface.cli.importing.post_file import PostFile
from interface.cli.importing.report import Report
from interface.cli.importing.source import Source, source_of

BATCH = 50
# another writer, such as a backup, may hold its lock for longer than a command waits for it
PAUSES_SECONDS = (1.0, 2.0, 4.0)
_Sources = Sequence[tuple[PostFile, Source]]


@dataclass(frozen=True, slots=True)
class Manner:
    """How to import: `author` is whose a post is that names nobody; a rehearsal leaves nothing."""

    author: str | None = None
    is_rehearsal: bool = False


class Importer:
    """Imports files, each batch in a scope and a transaction of its own."""

    def __init__(self, open_scope: Callable[[], Scope], report: Report, manner: Manner) -> None:
        self._open_scope = open_scope
        self._report = report
        self._manner = manner
        self._files: dict[str, PostFile] = {}  # by the addresses that their posts have

    async def run(self, files: Sequence[PostFile]) -> None:
        for start in range(0, len(files), BATCH):
            read = ((file, self._read(file)) for file in files[start : start + BATCH])
            if sources := [(file, source) for file, source in read if source]:
                await self._import(sources)

    def _read(self, file: PostFile) -> Source | None:
        try:
            source = source_of(file.text, file.place, self._manner.author)
            self._reserve_addresses(file, source)
        except BadFile as reason:
            self._report.refuse(file.name, reason)
            return None
        except Exception as error:
            # one file that nobody foresaw is no reason to leave out the others
            self._report.refuse(file.name, _unforeseen(error))
            return None
        return source

    def _reserve_addresses(self, file: PostFile, source: Source) -> None:
        # the blog would take a path that is another's alias for a post that is here already
        wanted = _addresses(source.post)
        for field, said, address in wanted:
            if other := self._files.get(address):
                raise source.fault(field, f"{said!r} is taken by {other.name}: choose another.")
        self._files.update((address, file) for _, _, address in wanted)

    async def _import(self, sources: _Sources) -> None:
        posts = [source.post for _, source in sources]
        try:
            outcomes = await self._import_in_the_end(posts)
        except DomainError as error:
            if len(sources) == 1:
                file, source = sources[0]
                self._report.refuse(file.name, _bad_file(source, error))
                return
            # nothing of the batch is in: find the bad ones
            for one in sources:
                await self._import([one])
        else:
            for (file, source), outcome in zip(sources, outcomes, strict=True):
                self._report.add(file.name, source.post.status, outcome)

    async def _import_in_the_end(self, posts: Sequence[ImportedPost]) -> list[Outcome]:
        for seconds in PAUSES_SECONDS:
            try:
                return await self._import_now(posts)
            except Retryable:
                await asyncio.sleep(seconds)
        return await self._import_now(posts)

    async def _import_now(self, posts: Sequence[ImportedPost]) -> list[Outcome]:
        imports = self._open_scope().imports
        if self._manner.is_rehearsal:
            return await imports.rehearse(posts)
        return await imports.import_posts(posts)


def _addresses(post: ImportedPost) -> list[tuple[str, str, str]]:
    """Give what no other post may have: the field, what it says, and how the blog keeps it."""
    old = [("path", post.path)] if post.path else []
    slugs = [("former_slugs", slug) for slug in post.former_slugs]
    if not post.path:
        slugs.append(("slug", post.slug))
    return [
        *((field, said, old_address(said)) for field, said in old),
        *(("aliases", said, old_address(said)) for said in post.aliases),
        *((field, said, said) for field, said in slugs),
    ]


def _unforeseen(error: Exception) -> BadFile:
    kind = type(error).__name__
    return BadFile(1, f"The import fails on it, with {kind}: please report that.")


def _bad_file(source: Source, error: DomainError) -> BadFile:
    if isinstance(error, Taken):
        return source.fault(error.field, "Another post has it: choose another.")
    if isinstance(error, Invalid):
        return source.fault(error.field, str(error))
    return BadFile(1, str(error))
