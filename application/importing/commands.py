"""Commands that import posts."""

from collections.abc import Collection, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field

from application.clock import Clock
from application.commands import Command
from application.handlers import command_handler
from application.importing.authors import Authors
from application.post.commands import Body, Slug, Summary, Tags, Title, claimed_slug
from application.post.ports import PostRepository
from application.unit_of_work import WriteUnitOfWork
from application.user.ports import UserRepository
from domain.errors import Taken
from domain.post import Access, AddressKind, Kind, Post, Status
from domain.slug import checked_slug
from domain.text import checked_line

ADDRESS_LIMIT = 255
# one less than the limit: `old_address` adds a leading slash
_Address = Annotated[str, Field(min_length=1, max_length=ADDRESS_LIMIT - 1)]


class ImportedPost(Command):
    """A post to import. `path` is its former address, by which a repeated import recognises it.

    An exported one may have none, and is recognised by its slug and `created_at`. Without a date it
    gets the present one; `username` is the first author's. The cover is a picture that may still
    be processed: pages show it from then on.
    """

    path: _Address | None
    aliases: tuple[_Address, ...] = ()
    former_slugs: tuple[Slug, ...] = ()
    slug: Slug
    title: Title
    body: Body
    summary: Summary | None = None
    tags: Tags = ()
    authors: tuple[str, ...] = Field(min_length=1)
    username: str | None = None
    byline: str | None = None
    status: Status = Status.PUBLISHED
    kind: Kind = Kind.POST
    access: Access = Access.PUBLIC
    created_at: datetime | None = None
    published_at: datetime | None = None
    updated_at: datetime | None = None
    cover: UUID | None = None

    @property
    def insists_on_slugs(self) -> bool:
        """Whether the import fails if another post has its slug or one of its former slugs."""
        return not self.path or bool(self.former_slugs)


class Outcome(StrEnum):
    """The outcome for one post of an import."""

    IMPORTED = "imported"
    ALREADY_HERE = "already here"


class ImportCommandService:
    """Imports posts, each once."""

    def __init__(self, write_uow: WriteUnitOfWork, clock: Clock) -> None:
        self.write_uow = write_uow
        self.clock = clock

    @command_handler
    async def import_posts(self, batch: Sequence[ImportedPost]) -> list[Outcome]:
        """Import a batch in one transaction; posts that exist already are left alone."""
        here = await self._already_here(batch)
        authors = Authors(self.write_uow[UserRepository])
        outcomes = []
        for post, is_here in zip(batch, here, strict=True):
            if not is_here:
                await self._import(post, authors)
            outcomes.append(Outcome.ALREADY_HERE if is_here else Outcome.IMPORTED)
        return outcomes

    @command_handler
    async def author_of(self, post: ImportedPost) -> UUID:
        """Return the id of a post's first author, who is created where there is none."""
        authors = Authors(self.write_uow[UserRepository])
        return await authors.first_of(post.authors, post.username, self._written(post))

    @command_handler
    async def taken(self, addresses: Collection[str]) -> set[str]:
        """Return those of the addresses that posts have."""
        return await self.write_uow[PostRepository].claimed(addresses)

    async def rehearse(self, batch: Sequence[ImportedPost]) -> list[Outcome]:
        """Do the same as `import_posts`, and roll it back: a dry run."""
        async with self.write_uow:
            # the nested handler joins this transaction, which is never committed
            return await self.import_posts(batch)

    async def _already_here(self, batch: Sequence[ImportedPost]) -> list[bool]:
        posts = self.write_uow[PostRepository]
        paths = await posts.imported_from(old_address(post.path) for post in batch if post.path)
        written = await posts.written_at(post.slug for post in batch if not post.path)
        return [
            old_address(post.path) in paths
            if post.path
            else post.slug in written and written[post.slug] == post.created_at
            for post in batch
        ]

    async def _import(self, imported: ImportedPost, authors: Authors) -> None:
        written = self._written(imported)
        author = await authors.first_of(imported.authors, imported.username, written)
        post = Post.written(author, "", imported.title, imported.body, written)
        post.summarise(imported.summary)
        post.tag(imported.tags)
        post.sign(imported.byline or _byline(imported.authors))
        post.kind, post.access = imported.kind, imported.access
        post.cover_id = imported.cover
        if imported.status is not Status.DRAFT:
            post.publish(imported.published_at or written)
        if imported.status is Status.ARCHIVED:
            post.archive()
        post.updated_at = imported.updated_at or post.published_at or written
        post.slug = await self._claim_slug(imported, post.id)
        await self._claim_old_addresses(imported, post.id)
        await self.write_uow[PostRepository].add(post)

    def _written(self, imported: ImportedPost) -> datetime:
        return imported.created_at or imported.published_at or self.clock()

    async def _claim_slug(self, imported: ImportedPost, post_id: UUID) -> str:
        slug = checked_slug(imported.slug)
        if imported.path:
            return await claimed_slug(self.write_uow, slug, post_id)
        # the slug identifies it: under another one, a repeated import would duplicate it
        await self._claim("slug", slug, post_id, AddressKind.SLUG)
        return slug

    async def _claim_old_addresses(self, imported: ImportedPost, post_id: UUID) -> None:
        if imported.path:
            await self._claim_old("path", imported.path, post_id, AddressKind.PATH)
        for alias in dict.fromkeys(imported.aliases):
            await self._claim_old("aliases", alias, post_id, AddressKind.ALIAS)
        for slug in imported.former_slugs:
            await self._claim("former_slugs", checked_slug(slug), post_id, AddressKind.SLUG)

    async def _claim_old(self, field: str, path: str, post_id: UUID, kind: AddressKind) -> None:
        address = checked_line(field, old_address(path), ADDRESS_LIMIT)
        await self._claim(field, address, post_id, kind)

    async def _claim(self, field: str, address: str, post_id: UUID, kind: AddressKind) -> None:
        if not await self.write_uow[PostRepository].claim(address, post_id, kind):
            raise Taken(field)


def old_address(path: str) -> str:
    """Return the stored form of a former address: its slash distinguishes it from a slug."""
    return "/" + path.strip("/")


def _byline(authors: Sequence[str]) -> str | None:
    return ", ".join(authors) if len(authors) > 1 else None
