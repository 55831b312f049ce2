"""Commands on follows."""

from uuid import UUID

from application.callers import authenticated
from application.finding import found
from application.handlers import command_handler
from application.services import Commands
from application.user.ports import FollowRepository, UserRepository
from domain.errors import OwnAccount
from domain.user import User


class FollowCommandService(Commands):
    """Adds and removes follows of one caller."""

    @command_handler
    async def follow(self, username: str) -> None:
        """Follow a user; idempotent."""
        follower_id, followed = await self._pair(username)
        await self.write_uow[FollowRepository].add(follower_id, followed, self.clock())

    @command_handler
    async def cease_to_follow(self, username: str) -> None:
        """Unfollow a user."""
        await self.write_uow[FollowRepository].remove(*await self._pair(username))

    async def _pair(self, username: str) -> tuple[UUID, User]:
        caller = authenticated(self.caller)
        followed = found(await self.write_uow[UserRepository].called(username), "user")
        if followed.id == caller.id:
            raise OwnAccount("Nobody follows themselves.")
        return caller.id, followed
