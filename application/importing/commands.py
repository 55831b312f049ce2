"""Commands that bring in posts from a blog that was elsewhere."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from application.handlers import command_handler
from application.post.commands import Body, Slug, Summary, Tags, Title, claimed_slug
from application.unit_of_work import WriteUnitOfWork
from domain.errors import Invalid, Taken
from domain.post import AddressKind, Post
from domain.slug import checked_slug, stem_of
from domain.text import checked_line
from domain.user import USERNAME_LIMIT, User, checked_username

ADDRESS_LIMIT = 255
# a slash comes before it
_Address = Annotated[str, Field(min_length=1, max_length=ADDRESS_LIMIT - 1)]


class ImportedPost(BaseModel):
    """A post as it was elsewhere. `path` is its address there, by which it is known again."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    path: _Address
    aliases: tuple[_Address, ...] = ()
    slug: Slug
    title: Title
    body: Body
    summary: Summary | None = None
    tags: Tags = ()
    authors: tuple[str, ...] = Field(min_length=1)
    published_at: datetime


class Outcome(StrEnum):
    """What became of a post that was to be imported."""

    IMPORTED = "imported"
    ALREADY_HERE = "already here"


class ImportCommandService:
    """Brings in posts, each once."""

    def __init__(self, write_uow: WriteUnitOfWork) -> None:
        self.write_uow = write_uow

    @command_handler
    async def import_posts(self, batch: Sequence[ImportedPost]) -> list[Outcome]:
        """Import a batch in one transaction; one that is here already stays as it is."""
        here = await self.write_uow.posts.imported_from(old_address(post.path) for post in batch)
        authors: dict[str, UUID] = {}
        outcomes = []
        for post in batch:
            if old_address(post.path) in here:
                outcomes.append(Outcome.ALREADY_HERE)
                continue
            await self._import(post, authors)
            outcomes.append(Outcome.IMPORTED)
        return outcomes

    async def _import(self, imported: ImportedPost, authors: dict[str, UUID]) -> None:
        day = imported.published_at
        for name in imported.authors:
            if name not in authors:
                authors[name] = await self._author(name, day)
        first, *others = imported.authors
        post = Post.written(authors[first], "", imported.title, imported.body, day)
        post.summarise(imported.summary)
        post.tag(imported.tags)
        post.sign(", ".join(imported.authors) if others else None)
        post.publish(day)
        post.slug = await claimed_slug(self.write_uow, checked_slug(imported.slug), post.id)
        await self._claim_old_addresses(imported, post.id)
        await self.write_uow.posts.add(post)

    async def _claim_old_addresses(self, imported: ImportedPost, post_id: UUID) -> None:
        await self._claim("path", old_address(imported.path), post_id, AddressKind.PATH)
        for alias in dict.fromkeys(map(old_address, imported.aliases)):
            await self._claim("aliases", alias, post_id, AddressKind.ALIAS)

    async def _claim(self, field: str, address: str, post_id: UUID, kind: AddressKind) -> None:
        checked_line(field, address, ADDRESS_LIMIT)
        if not await self.write_uow.posts.claim(address, post_id, kind):
            raise Taken(field)

    async def _author(self, name: str, day: datetime) -> UUID:
        """Find or make the author of this name: a user to whom nobody can log in."""
        users = self.write_uow.users
        stem, number = _username_stem(name), 1
        while user := await users.called(_numbered(stem, number)):
            if user.password_hash is None and user.display_name == name:
                return user.id
            number += 1
        user = User.imported(_numbered(stem, number), name, day)
        await users.add(user)
        return user.id


def old_address(path: str) -> str:
    """Give the form in which an address of old is kept: its slash tells it from a slug."""
    return "/" + path.strip("/")


def _username_stem(name: str) -> str:
    stem = stem_of(name)[: USERNAME_LIMIT - 5].strip("-")
    try:
        return checked_username(stem)
    except Invalid:
        # one whose name is Me: /users/me is taken by a meaning of its own
        return f"author-{stem}"


def _numbered(stem: str, number: int) -> str:
    return stem if number == 1 else f"{stem}-{number}"
