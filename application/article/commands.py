"""Commands on articles: those of posts, comments, favourites and follows, by slug and username.

Each answers with what it changed, as the RealWorld API shows it, in the same transaction.
"""

from typing import TypeVar
from uuid import UUID

from application.article.marks import marked
from application.article.ports import ArticleReader
from application.article.queries import marks_on
from application.callers import authenticated
from application.comment.commands import CommentCommand, CommentCommandService
from application.finding import found
from application.handlers import command_handler
from application.post.commands import PostCommand, PostCommandService, PostPatch
from application.post.favorites import FavoriteCommandService
from application.services import Commands
from application.user.follows import FollowCommandService
from application.views import Encoded, View

C = TypeVar("C", bound=Commands)


class ArticleCommandService(Commands):
    """Changes articles for one caller."""

    @command_handler
    async def create_article(self, command: PostCommand) -> Encoded:
        """Create a post that is published at once."""
        post = await self._of(PostCommandService).create_post(command)
        return await self._article(post.id)

    @command_handler
    async def update_article(self, slug: str, patch: PostPatch) -> Encoded:
        """Change an article; another title gives it another slug."""
        posts, post_id = self._of(PostCommandService), await self._post_id(slug)
        await posts.update_post(post_id, patch, slug_follows_title=True)
        return await self._article(post_id)

    @command_handler
    async def delete_article(self, slug: str) -> None:
        """Delete an article softly."""
        await self._of(PostCommandService).delete_post(await self._post_id(slug))

    @command_handler
    async def add_comment(self, slug: str, command: CommentCommand) -> Encoded:
        """Comment on an article."""
        comments, post_id = self._of(CommentCommandService), await self._post_id(slug)
        number = (await comments.create_comment(post_id, command)).number
        comment = await self.write_uow[ArticleReader].comment(post_id, number)
        return found(comment, "comment").encoded()

    @command_handler
    async def delete_comment(self, slug: str, number: int) -> None:
        """Delete a comment."""
        comments, post_id = self._of(CommentCommandService), await self._post_id(slug)
        await comments.delete_comment(post_id, number)

    @command_handler
    async def favor(self, slug: str) -> Encoded:
        """Add an article to the caller's favourites; idempotent."""
        post_id = await self._post_id(slug)
        await self._of(FavoriteCommandService).favor(post_id)
        return await self._article(post_id)

    @command_handler
    async def cease_to_favor(self, slug: str) -> Encoded:
        """Remove an article from the caller's favourites."""
        post_id = await self._post_id(slug)
        await self._of(FavoriteCommandService).cease_to_favor(post_id)
        return await self._article(post_id)

    @command_handler
    async def follow(self, username: str) -> Encoded:
        """Follow a user; idempotent."""
        await self._of(FollowCommandService).follow(username)
        return await self._author(username)

    @command_handler
    async def cease_to_follow(self, username: str) -> Encoded:
        """Unfollow a user."""
        await self._of(FollowCommandService).cease_to_follow(username)
        return await self._author(username)

    def _of(self, kind: type[C]) -> C:
        """Return the commands of another aggregate, on this transaction."""
        return kind(self.write_uow, self.caller, self.clock)

    async def _post_id(self, slug: str) -> UUID:
        return found(await self.write_uow[ArticleReader].post_id(slug), "post")

    async def _article(self, post_id: UUID) -> Encoded:
        return await self._marked(
            await self.write_uow[ArticleReader].article(post_id, self.caller), "post"
        )

    async def _author(self, username: str) -> Encoded:
        return await self._marked(await self.write_uow[ArticleReader].author(username), "user")

    async def _marked(self, view: View | None, what: str) -> Encoded:
        answer, caller = found(view, what).encoded(), authenticated(self.caller)
        marks = await marks_on(self.write_uow[ArticleReader], answer, caller.id)
        return found(marked(answer, marks), what)
