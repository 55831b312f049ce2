"""Commands on favourites."""

from uuid import UUID

from application.callers import signed_in
from application.handlers import command_handler
from application.post.views import FavoriteView
from application.unit_of_work import WriteUnitOfWork
from domain.user import Caller


class FavoriteCommandService:
    """Favours posts for one caller, and ceases to."""

    def __init__(self, write_uow: WriteUnitOfWork, caller: Caller | None) -> None:
        self.write_uow = write_uow
        self.caller = caller

    @command_handler
    async def favor(self, post_id: UUID) -> FavoriteView:
        """Favour a published post; once is as good as twice."""
        caller = signed_in(self.caller)
        # locked: a post that is withdrawn meanwhile takes its favourites off the lists
        post = await self.write_uow.posts.get_locked(post_id)
        post.check_open_to(caller)
        await self.write_uow.favorites.add(caller.id, post)
        return await self._view(post_id, favorited=True)

    @command_handler
    async def cease_to_favor(self, post_id: UUID) -> FavoriteView:
        """Favour a post no longer."""
        caller = signed_in(self.caller)
        post = await self.write_uow.posts.get_locked(post_id)
        post.check_sight_of(caller)
        await self.write_uow.favorites.remove(caller.id, post)
        return await self._view(post_id, favorited=False)

    async def _view(self, post_id: UUID, *, favorited: bool) -> FavoriteView:
        count = await self.write_uow.favorites.count(post_id)
        return FavoriteView(favorites_count=count, favorited=favorited)
