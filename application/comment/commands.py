"""Commands on comments."""

from uuid import UUID

from pydantic import Field

from application.audit.ports import AuditTrail
from application.blog.ports import BlogReader
from application.callers import authenticated
from application.commands import Command
from application.comment.ports import CommentReader, CommentRepository
from application.comment.views import CommentView
from application.finding import found
from application.handlers import command_handler
from application.post.ports import PostRepository
from application.services import Commands
from domain.audit import Action
from domain.comment import BODY_LIMIT_BYTES, Comment


class CommentCommand(Command):
    """The text of a comment."""

    body: str = Field(min_length=1, max_length=BODY_LIMIT_BYTES, examples=["Well said."])


class CommentCommandService(Commands):
    """Changes comments for one caller."""

    @command_handler
    async def create_comment(self, post_id: UUID, command: CommentCommand) -> CommentView:
        """Comment on a published post."""
        author = authenticated(self.caller)
        comment = Comment.written(post_id, author.id, command.body, self.clock())
        # locked, so that the numbers of a post's comments have no gaps and no duplicates
        post = await self.write_uow[PostRepository].get_locked(post_id)
        post.check_open_to(author)
        (await self.write_uow[BlogReader].settings()).check_comments()
        await self.write_uow[CommentRepository].add(comment)
        return await self._view(comment)

    @command_handler
    async def update_comment(
        self, post_id: UUID, number: int, command: CommentCommand
    ) -> CommentView:
        """Change a comment's text."""
        comment = await self._loaded(post_id, number)
        if comment.body != command.body:
            comment.rewrite(command.body, self.clock())
            await self.write_uow[CommentRepository].store(comment)
        return await self._view(comment)

    @command_handler
    async def delete_comment(self, post_id: UUID, number: int) -> None:
        """Delete a comment; its number is not assigned again."""
        comment = await self._loaded(post_id, number)
        comment.delete(self.clock())
        await self.write_uow[CommentRepository].store(comment)
        what = f"comment {number} of {post_id}"
        await self.write_uow[AuditTrail].note(
            Action.COMMENT_DELETED, whom=comment.author_id, what=what
        )

    async def _loaded(self, post_id: UUID, number: int) -> Comment:
        caller = authenticated(self.caller)
        post = await self.write_uow[PostRepository].get_locked(post_id)
        post.check_sight_of(caller)
        comment = await self.write_uow[CommentRepository].get(post_id, number)
        comment.check_change_by(caller)
        return comment

    async def _view(self, comment: Comment) -> CommentView:
        key, reader = (comment.post_id, comment.number), self.write_uow[CommentReader]
        return found(await reader.get(*key, seen_by=self.caller), "comment")
