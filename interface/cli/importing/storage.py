"""Stores batches of posts, with the pictures of those that are new."""

from collections.abc import Sequence
from functools import partial
from uuid import UUID

from application.importing.commands import ImportCommandService, ImportedPost, Outcome
from application.rendering import TextRenderer
from interface.cli.importing.patience import in_the_end
from interface.cli.importing.pictures import OpenScope, Pictures
from interface.cli.importing.post_file import PostFile
from interface.cli.importing.source import Source
from interface.cli.importing.wanted_pictures import Wanted, wanted_pictures

Sources = Sequence[tuple[PostFile, Source]]


class Storage:
    """Stores each batch in a transaction; in a rehearsal, rolls that back."""

    def __init__(
        self,
        open_scope: OpenScope,
        renderer: TextRenderer,
        pictures: Pictures,
        *,
        is_rehearsal: bool,
    ) -> None:
        self._open_scope = open_scope
        self._renderer = renderer
        self._pictures = pictures
        self._is_rehearsal = is_rehearsal

    async def store(self, sources: Sources) -> list[tuple[ImportedPost, Outcome]]:
        """Return the posts as they are stored, with their outcomes; raises DomainError where one
        of them can't be."""
        posts = [source.post for _, source in sources]
        wanted = [wanted_pictures(file, source, self._renderer) for file, source in sources]
        if any(wanted):
            posts = await self._with_pictures(sources, posts, wanted)
        outcomes = await in_the_end(partial(self._store_now, posts))
        return list(zip(posts, outcomes, strict=True))

    async def _with_pictures(
        self, sources: Sources, posts: Sequence[ImportedPost], wanted: Sequence[Wanted]
    ) -> list[ImportedPost]:
        # nothing may come along with a post that is refused, or is here already
        outcomes = await in_the_end(partial(self._imports.rehearse, posts))
        shown = list(posts)
        for number, ((file, _), post) in enumerate(zip(sources, posts, strict=True)):
            if outcomes[number] is Outcome.IMPORTED and wanted[number]:
                author_id = await self._author_of(post)
                shown[number] = await self._pictures.shown_in(
                    post, file.name, wanted[number], author_id
                )
        return shown

    async def _author_of(self, post: ImportedPost) -> UUID | None:
        if self._is_rehearsal:
            return None
        return await in_the_end(partial(self._imports.author_of, post))

    async def _store_now(self, posts: Sequence[ImportedPost]) -> list[Outcome]:
        if self._is_rehearsal:
            return await self._imports.rehearse(posts)
        return await self._imports.import_posts(posts)

    @property
    def _imports(self) -> ImportCommandService:
        return self._open_scope()[ImportCommandService]
