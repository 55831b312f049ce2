"""Commands on comments."""

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from application.callers import signed_in
from application.clock import Clock
from application.comment.views import CommentView
from application.handlers import command_handler
from application.unit_of_work import WriteUnitOfWork
from domain.comment import BODY_LIMIT_BYTES, Comment
from domain.errors import NotFound
from domain.user import Caller


class CommentCommand(BaseModel):
    """What a comment says."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    body: Annotated[str, Field(min_length=1, max_length=BODY_LIMIT_BYTES)]


class CommentCommandService:
    """Changes comments for one caller."""

    def __init__(self, write_uow: WriteUnitOfWork, caller: Caller | None, clock: Clock) -> None:
        self.write_uow = write_uow
        self.caller = caller
        self.clock = clock

    @command_handler
    async def create_comment(self, post_id: UUID, command: CommentCommand) -> CommentView:
        """Comment on a published post."""
        author = signed_in(self.caller)
        comment = Comment.written(post_id, author.id, command.body, self.clock())
        # locked: the numbers of a post's comments have no gaps and no twins
        post = await self.write_uow.posts.get_locked(post_id)
        post.check_open_to(author)
        await self.write_uow.comments.add(comment)
        return await self._view(comment)

    @command_handler
    async def update_comment(
        self, post_id: UUID, number: int, command: CommentCommand
    ) -> CommentView:
        """Say something else in a comment."""
        comment = await self._loaded(post_id, number)
        if comment.body != command.body:
            comment.rewrite(command.body, self.clock())
            await self.write_uow.comments.store(comment)
        return await self._view(comment)

    @command_handler
    async def delete_comment(self, post_id: UUID, number: int) -> None:
        """Delete a comment; its number is not given again."""
        comment = await self._loaded(post_id, number)
        comment.delete(self.clock())
        await self.write_uow.comments.store(comment)

    async def _loaded(self, post_id: UUID, number: int) -> Comment:
        caller = signed_in(self.caller)
        post = await self.write_uow.posts.get_locked(post_id)
        post.check_sight_of(caller)
        comment = await self.write_uow.comments.get(post_id, number)
        comment.check_change_by(caller)
        return comment

    async def _view(self, comment: Comment) -> CommentView:
        view = await self.write_uow.views.comments.get(
            comment.post_id, comment.number, seen_by=self.caller
        )
        if view is None:
            raise NotFound("comment")
        return view
