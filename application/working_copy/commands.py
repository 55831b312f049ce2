"""Commands on working copies."""

from uuid import UUID

from application.callers import authenticated
from application.finding import found
from application.handlers import command_handler
from application.post.commands import (
    PostCommandService,
    PostPatch,
    TextPatch,
    Versions,
    change_text,
)
from application.post.ports import PostRepository
from application.post.views import PostView
from application.revision.ports import RevisionReader
from application.services import Commands
from application.working_copy.ports import WorkingCopyReader, WorkingCopyRepository
from application.working_copy.views import WorkingCopyView
from domain.errors import ChangedMeanwhile
from domain.post import Post
from domain.revision import PostText
from domain.working_copy import WorkingCopy


class WorkingCopyCommandService(Commands):
    """Changes one caller's working copies."""

    @command_handler
    async def save_working_copy(self, post_id: UUID, patch: TextPatch) -> None:
        """Store a working copy in place of an earlier one; omitted fields are those of the
        post."""
        post = await self._loaded(post_id)
        # checked as a change of the post is, but the post is not stored
        change_text(post, patch)
        own, now = authenticated(self.caller).id, self.clock()
        copy = WorkingCopy(post_id, own, post.version, PostText.of(post), now)
        await self.write_uow[WorkingCopyRepository].save(copy)

    @command_handler
    async def drop_working_copy(self, post_id: UUID) -> None:
        """Remove the caller's working copy, if there is one."""
        await self._loaded(post_id)
        own = authenticated(self.caller).id
        await self.write_uow[WorkingCopyRepository].remove(post_id, own)

    @command_handler
    async def publish_working_copy(self, post_id: UUID, versions: Versions = None) -> PostView:
        """Make the caller's working copy the text of the post, whose status stays; raises
        ChangedMeanwhile where the post has another text than that which it was begun with."""
        post, own = await self._loaded(post_id), authenticated(self.caller).id
        post.check_version(versions)
        reader = self.write_uow[WorkingCopyReader]
        copy = found(await reader.get(post_id, own), "working copy")
        await self._check_basis(post, copy)
        patch = PostPatch(title=copy.title, summary=copy.summary, tags=copy.tags, body=copy.body)
        posts = PostCommandService(self.write_uow, self.caller, self.clock)
        changed = await posts.update_post(post_id, patch)
        await self.write_uow[WorkingCopyRepository].take(copy, own)
        return changed

    async def _check_basis(self, post: Post, copy: WorkingCopyView) -> None:
        if post.version == copy.based_on:
            return
        # a change of the status or the slug leaves no revision
        present = await self.write_uow[RevisionReader].present(post.id)
        if present is None or present.version > copy.based_on:
            by = present.author.username if present else None
            raise ChangedMeanwhile(post.version, copy.based_on, by)

    async def _loaded(self, post_id: UUID) -> Post:
        post = await self.write_uow[PostRepository].get(post_id)
        post.check_change_by(authenticated(self.caller))
        post.check_not_deleted()
        return post
