"""Commands on revisions."""

from uuid import UUID

from application.callers import authenticated
from application.finding import found
from application.handlers import command_handler
from application.post.commands import PostCommandService, PostPatch, Versions
from application.post.ports import PostRepository
from application.post.views import PostView
from application.revision.ports import RevisionReader
from application.services import Commands
from domain.revision import PostText


class RevisionCommandService(Commands):
    """Restores revisions for one caller."""

    @command_handler
    async def restore_revision(
        self, post_id: UUID, version: int, versions: Versions = None
    ) -> PostView:
        """Give a post the text of a revision, which is a change like any other; raises NotFound
        where the post has no such revision."""
        post = await self.write_uow[PostRepository].get(post_id)
        post.check_change_by(authenticated(self.caller))
        revision = found(await self.write_uow[RevisionReader].get(post_id, version), "revision")
        text = PostText.of(revision)
        patch = PostPatch(title=text.title, summary=text.summary, tags=text.tags, body=text.body)
        posts = PostCommandService(self.write_uow, self.caller, self.clock)
        return await posts.update_post(post_id, patch, versions)
