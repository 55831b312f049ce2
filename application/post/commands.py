"""Commands on posts."""

from collections.abc import Callable
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from application.audit.ports import AuditTrail
from application.callers import authenticated
from application.commands import Command
from application.finding import found
from application.handlers import command_handler
from application.media.choosing import chosen_picture
from application.post.access import check_offered
from application.post.notifying import tell_followers
from application.post.ports import PostReader, PostRepository
from application.post.publishing import plan_publication
from application.post.views import PostView
from application.services import Commands
from application.unit_of_work import WriteUnitOfWork
from domain.audit import Action
from domain.errors import Forbidden, Taken
from domain.post import (
    BODY_LIMIT_BYTES,
    SUMMARY_LIMIT,
    TAGS_LIMIT,
    TITLE_LIMIT,
    Access,
    AddressKind,
    Kind,
    Post,
    Status,
)
from domain.slug import SLUG_LIMIT, checked_page_slug, checked_slug, stem_of

Title = Annotated[str, Field(min_length=1, max_length=TITLE_LIMIT)]
Body = Annotated[str, Field(min_length=1, max_length=BODY_LIMIT_BYTES)]
Summary = Annotated[str, Field(max_length=SUMMARY_LIMIT)]
Tags = Annotated[tuple[str, ...], Field(max_length=TAGS_LIMIT)]
Slug = Annotated[str, Field(min_length=1, max_length=SLUG_LIMIT)]
Versions = frozenset[int] | None  # those that the caller accepts; None for any


class PostCommand(Command):
    """A post to create."""

    title: Title = Field(examples=["Stop the presses"])
    body: Body = Field(examples=["A misprint!"], description="Markdown.")
    summary: Summary | None = Field(default=None, examples=["What the compositor found."])
    tags: Tags = Field(default=(), examples=[["news", "Ink"]])
    slug: Slug | None = None
    status: Literal[Status.DRAFT, Status.PUBLISHED] = Field(
        default=Status.DRAFT, examples=["published"]
    )
    publish_at: AwareDatetime | None = None
    kind: Kind = Field(default=Kind.POST, description="It stays what it is.")
    cover: UUID | None = Field(default=None, description="A picture that is `ready`.")
    access: Access = Field(default=Access.PUBLIC, description="Who may read its text.")


class PublishCommand(Command):
    """When to publish a post; at once by default."""

    publish_at: AwareDatetime | None = Field(default=None, examples=["2026-01-03T06:00:00Z"])


class TextPatch(Command):
    """A change of a post's text; omitted fields are left alone."""

    # A factory makes a field optional without making it nullable.
    title: Title = Field(default_factory=str)
    body: Body = Field(default_factory=str, examples=["Mended."], description="Markdown.")
    summary: Summary | None = None
    tags: Tags = Field(default_factory=tuple)


class PostPatch(TextPatch):
    """A change of a post; omitted fields are left alone."""

    slug: Slug = Field(default_factory=str)
    cover: UUID | None = Field(default=None, description="A picture that is `ready`.")
    access: Access = Field(
        default_factory=lambda: Access.PUBLIC,
        examples=["members"],
        description="Who may read its text.",
    )


class PostCommandService(Commands):
    """Changes posts for one caller; each command gives the changed post."""

    @command_handler
    async def create_post(self, post_command: PostCommand) -> PostView:
        """Create a post; raises Taken where the requested slug is in use."""
        author = authenticated(self.caller)
        if not author.writes_posts:
            raise Forbidden("Readers write no posts: ask an admin to make you an author.")
        now = self.clock()
        post = Post.written(author.id, "", post_command.title, post_command.body, now)
        post.summarise(post_command.summary)
        post.tag(post_command.tags)
        post.kind = post_command.kind
        post.cover_id = await self._cover(post_command)
        post.access = post_command.access
        if post_command.publish_at or post_command.status is Status.PUBLISHED:
            post.schedule(post_command.publish_at or now, now)
            await check_offered(self.write_uow, post, now)
        post.slug = _checked(post, await self._claimed_slug(post_command, post.id))
        await self.write_uow[PostRepository].add(post)
        await self._plan(post, Status.DRAFT)
        return await self._view(post)

    @command_handler
    async def update_post(
        self,
        post_id: UUID,
        post_command: PostPatch | PostCommand,
        versions: Versions = None,
        *,
        slug_follows_title: bool = False,
    ) -> PostView:
        """Change a post's text; without a difference it keeps its version."""
        post = await self._loaded(post_id, versions)
        stem = stem_of(post.title)
        is_changed = await self._revise(post, post_command)
        if slug_follows_title and stem_of(post.title) != stem:
            post.slug = await claimed_slug(self.write_uow, stem_of(post.title), post.id)
        if is_changed:
            await self._store(post)
        return await self._view(post)

    @command_handler
    async def publish_post(
        self,
        post_id: UUID,
        versions: Versions = None,
        command: PublishCommand | None = None,
    ) -> PostView:
        """Publish a post now or at a time; this reschedules a scheduled one."""
        now, publish_at = self.clock(), command.publish_at if command else None
        if publish_at is None:
            return await self._step(post_id, versions, lambda post: post.publish(now))
        return await self._step(post_id, versions, lambda post: post.schedule(publish_at, now))

    @command_handler
    async def unpublish_post(self, post_id: UUID, versions: Versions = None) -> PostView:
        """Make a post a draft again."""
        return await self._step(post_id, versions, Post.unpublish)

    @command_handler
    async def archive_post(self, post_id: UUID, versions: Versions = None) -> PostView:
        """Archive a post."""
        return await self._step(post_id, versions, Post.archive)

    @command_handler
    async def delete_post(self, post_id: UUID, versions: Versions = None) -> None:
        """Delete a post softly."""
        post = await self._loaded(post_id, versions)
        post.delete(self.clock())
        await self._store(post)
        trail, what = self.write_uow[AuditTrail], f"{post.id} {post.title}"
        await trail.note(Action.POST_DELETED, whom=post.author_id, what=what)

    @command_handler
    async def restore_post(self, post_id: UUID, versions: Versions = None) -> None:
        """Undo a deletion; raises NotFound where there is none, or it was too long ago."""
        post = await self._found(post_id, versions)
        post.restore(self.clock())
        await self._store(post)
        await self._plan(post, post.status)

    async def _found(self, post_id: UUID, versions: Versions) -> Post:
        caller = authenticated(self.caller)
        post = await self.write_uow[PostRepository].get(post_id)
        post.check_change_by(caller)
        post.check_version(versions)
        return post

    async def _loaded(self, post_id: UUID, versions: Versions) -> Post:
        post = await self._found(post_id, None)
        post.check_not_deleted()
        post.check_version(versions)
        return post

    async def _step(
        self, post_id: UUID, versions: Versions, step: Callable[[Post], None]
    ) -> PostView:
        post = await self._loaded(post_id, versions)
        before = post.status
        step(post)
        await check_offered(self.write_uow, post, self.clock())
        await self._store(post)
        await self._plan(post, before)
        return await self._view(post)

    async def _revise(self, post: Post, patch: PostPatch | PostCommand) -> bool:
        before = _text_of(post)
        change_text(post, patch)
        if patch.slug and patch.slug != post.slug:
            post.slug = _checked(post, await self._claim(checked_slug(patch.slug), post.id))
        if "cover" in patch.model_fields_set and patch.cover != post.cover_id:
            post.cover_id = await self._cover(patch)
        if "access" in patch.model_fields_set and patch.access is not post.access:
            post.access = patch.access
            await check_offered(self.write_uow, post, self.clock())
        return before != _text_of(post)

    async def _cover(self, command: PostPatch | PostCommand) -> UUID | None:
        """Return the cover that a command chooses, or None; raises Invalid."""
        if command.cover is None:
            return None
        caller = authenticated(self.caller)
        return (await chosen_picture(self.write_uow, "cover", command.cover, caller)).id

    async def _claimed_slug(self, command: PostCommand, post_id: UUID) -> str:
        if command.slug is not None:
            return await self._claim(checked_slug(command.slug), post_id)
        return await claimed_slug(self.write_uow, stem_of(command.title), post_id)

    async def _claim(self, slug: str, post_id: UUID) -> str:
        if not await self.write_uow[PostRepository].claim(slug, post_id, AddressKind.SLUG):
            raise Taken("slug")
        return slug

    async def _plan(self, post: Post, before: Status) -> None:
        caller = authenticated(self.caller)
        if post.status is Status.SCHEDULED:
            await plan_publication(self.write_uow, post, caller.id, self.clock())
        if post.appears_after(before):
            await tell_followers(self.write_uow, post, caller.id, self.clock())

    async def _store(self, post: Post) -> None:
        post.updated_at = self.clock()
        await self.write_uow[PostRepository].store(post)

    async def _view(self, post: Post) -> PostView:
        return found(await self.write_uow[PostReader].get(post.id, seen_by=self.caller), "post")


def change_text(post: Post, patch: TextPatch | PostCommand) -> None:
    """Change those fields of a post's text that a command has."""
    fields = patch.model_fields_set
    if "title" in fields:
        post.retitle(patch.title)
    if "body" in fields:
        post.rewrite(patch.body)
    if "summary" in fields:
        post.summarise(patch.summary)
    if "tags" in fields:
        post.tag(patch.tags)


def _checked(post: Post, slug: str) -> str:
    return checked_page_slug(slug) if post.kind is Kind.PAGE else slug


def _text_of(post: Post) -> tuple[object, ...]:
    return post.title, post.body, post.summary, post.tags, post.slug, post.cover_id, post.access


async def claimed_slug(uow: WriteUnitOfWork, stem: str, post_id: UUID) -> str:
    """Claim a slug for a post: the stem, or the stem and a number where it is taken."""
    slug = stem
    while not await uow[PostRepository].claim(slug, post_id, AddressKind.SLUG):
        slug = await uow[PostRepository].free_slug(stem)
    return slug
