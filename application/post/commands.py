"""Commands on posts."""

from collections.abc import Callable
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from application.callers import signed_in
from application.clock import Clock
from application.handlers import command_handler
from application.post.publishing import publication
from application.post.telling import tell_followers
from application.post.views import PostView
from application.unit_of_work import WriteUnitOfWork
from domain.errors import Forbidden, NotFound, Taken
from domain.post import (
    BODY_LIMIT_BYTES,
    SUMMARY_LIMIT,
    TAGS_LIMIT,
    TITLE_LIMIT,
    AddressKind,
    Post,
    Status,
)
from domain.slug import SLUG_LIMIT, checked_slug, stem_of
from domain.user import Caller

Title = Annotated[str, Field(min_length=1, max_length=TITLE_LIMIT)]
Body = Annotated[str, Field(min_length=1, max_length=BODY_LIMIT_BYTES)]
Summary = Annotated[str, Field(max_length=SUMMARY_LIMIT)]
Tags = Annotated[tuple[str, ...], Field(max_length=TAGS_LIMIT)]
Slug = Annotated[str, Field(min_length=1, max_length=SLUG_LIMIT)]
Versions = frozenset[int] | None  # those on which the caller decided; None: any


class PostCommand(BaseModel):
    """A post to be made."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: Title
    body: Body
    summary: Summary | None = None
    tags: Tags = ()
    slug: Slug | None = None
    status: Literal[Status.DRAFT, Status.PUBLISHED] = Status.DRAFT
    publish_at: AwareDatetime | None = None


class PublishCommand(BaseModel):
    """When a post is to appear: at once, unless told otherwise."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    publish_at: AwareDatetime | None = None


class PostPatch(BaseModel):
    """A change of a post: what is left out stays as it is."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    # A factory makes a field optional without making it nullable.
    title: Title = Field(default_factory=str)
    body: Body = Field(default_factory=str)
    summary: Summary | None = None
    tags: Tags = Field(default_factory=tuple)
    slug: Slug = Field(default_factory=str)


class PostCommandService:
    """Changes posts for one caller; each command answers with the post as it is then."""

    def __init__(self, write_uow: WriteUnitOfWork, caller: Caller | None, clock: Clock) -> None:
        self.write_uow = write_uow
        self.caller = caller
        self.clock = clock

    @command_handler
    async def create_post(self, post_command: PostCommand) -> PostView:
        """Write a post; raises Taken where the slug that was asked for is given out."""
        author = signed_in(self.caller)
        if not author.writes_posts:
            raise Forbidden("Readers write no posts: ask an admin to make you an author.")
        now = self.clock()
        post = Post.written(author.id, "", post_command.title, post_command.body, now)
        post.summarise(post_command.summary)
        post.tag(post_command.tags)
        if post_command.publish_at or post_command.status is Status.PUBLISHED:
            post.schedule(post_command.publish_at or now, now)
        post.slug = await self._claimed_slug(post_command, post.id)
        await self.write_uow.posts.add(post)
        await self._plan(post, Status.DRAFT)
        return await self._view(post)

    @command_handler
    async def update_post(
        self, post_id: UUID, post_command: PostPatch | PostCommand, versions: Versions = None
    ) -> PostView:
        """Change a post's text; where nothing differs, it keeps its version."""
        post = await self._loaded(post_id, versions)
        if await self._revise(post, post_command):
            await self._store(post)
        return await self._view(post)

    @command_handler
    async def publish_post(
        self,
        post_id: UUID,
        versions: Versions = None,
        command: PublishCommand | None = None,
    ) -> PostView:
        """Show a post to everyone, now or at a time; one that is scheduled may change it."""
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
        """Take a post off the lists."""
        return await self._step(post_id, versions, Post.archive)

    @command_handler
    async def delete_post(self, post_id: UUID, versions: Versions = None) -> None:
        """Delete a post softly."""
        post = await self._loaded(post_id, versions)
        post.delete(self.clock())
        await self._store(post)

    @command_handler
    async def restore_post(self, post_id: UUID, versions: Versions = None) -> None:
        """Undo a deletion; raises NotFound where there is none, or it is too long ago."""
        post = await self._found(post_id, versions)
        post.restore(self.clock())
        await self._store(post)
        await self._plan(post, post.status)

    async def _found(self, post_id: UUID, versions: Versions) -> Post:
        caller = signed_in(self.caller)
        post = await self.write_uow.posts.get(post_id)
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
        await self._store(post)
        await self._plan(post, before)
        return await self._view(post)

    async def _revise(self, post: Post, patch: PostPatch | PostCommand) -> bool:
        before = (post.title, post.body, post.summary, post.tags, post.slug)
        fields = patch.model_fields_set
        if "title" in fields:
            post.retitle(patch.title)
        if "body" in fields:
            post.rewrite(patch.body)
        if "summary" in fields:
            post.summarise(patch.summary)
        if "tags" in fields:
            post.tag(patch.tags)
        if patch.slug and patch.slug != post.slug:
            post.slug = await self._claim(checked_slug(patch.slug), post.id)
        return before != (post.title, post.body, post.summary, post.tags, post.slug)

    async def _claimed_slug(self, command: PostCommand, post_id: UUID) -> str:
        if command.slug is not None:
            return await self._claim(checked_slug(command.slug), post_id)
        return await claimed_slug(self.write_uow, stem_of(command.title), post_id)

    async def _claim(self, slug: str, post_id: UUID) -> str:
        if not await self.write_uow.posts.claim(slug, post_id, AddressKind.SLUG):
            raise Taken("slug")
        return slug

    async def _plan(self, post: Post, before: Status) -> None:
        if post.status is Status.SCHEDULED:
            caller = signed_in(self.caller)
            await self.write_uow.jobs.add(publication(post, caller.id, self.clock()))
        if post.appears_after(before):
            await tell_followers(self.write_uow, post, self.clock())

    async def _store(self, post: Post) -> None:
        post.updated_at = self.clock()
        await self.write_uow.posts.store(post)

    async def _view(self, post: Post) -> PostView:
        view = await self.write_uow.views.posts.get(post.id, seen_by=self.caller)
        if view is None:
            raise NotFound("post")
        return view


async def claimed_slug(uow: WriteUnitOfWork, stem: str, post_id: UUID) -> str:
    """Claim a slug for a post: the stem, or where it is taken, the stem and a number."""
    slug = stem
    while not await uow.posts.claim(slug, post_id, AddressKind.SLUG):
        slug = await uow.posts.free_slug(stem)
    return slug
