"""Commands on favourites."""

from uuid import UUID

from application.callers import authenticated
from application.handlers import command_handler
from application.post.ports import FavoriteRepository, PostRepository
from application.post.views import FavoriteView
from application.services import Commands


class FavoriteCommandService(Commands):
    """Adds and removes favourites of one caller."""

    @command_handler
    async def favor(self, post_id: UUID) -> FavoriteView:
        """Add a published post to the caller's favourites; idempotent."""
        caller = authenticated(self.caller)
        # locked: a concurrent change of the post's status also changes its favourites' rows
        post = await self.write_uow[PostRepository].get_locked(post_id)
        post.check_open_to(caller)
        await self.write_uow[FavoriteRepository].add(caller.id, post)
        return await self._view(post_id, favorited=True)

    @command_handler
    async def cease_to_favor(self, post_id: UUID) -> FavoriteView:
        """Remove a post from the caller's favourites."""
        caller = authenticated(self.caller)
        post = await self.write_uow[PostRepository].get_locked(post_id)
        post.check_sight_of(caller)
        await self.write_uow[FavoriteRepository].remove(caller.id, post)
        return await self._view(post_id, favorited=False)

    async def _view(self, post_id: UUID, *, favorited: bool) -> FavoriteView:
        count = await self.write_uow[FavoriteRepository].count(post_id)
        return FavoriteView(favorites_count=count, favorited=favorited)
