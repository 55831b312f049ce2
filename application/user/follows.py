"""Commands on who follows whom."""

from uuid import UUID

from application.callers import signed_in
from application.clock import Clock
from application.handlers import command_handler
from application.unit_of_work import WriteUnitOfWork
from domain.errors import NotFound, OwnAccount
from domain.user import Caller, User


class FollowCommandService:
    """Follows users for one caller, and ceases to."""

    def __init__(self, write_uow: WriteUnitOfWork, caller: Caller | None, clock: Clock) -> None:
        self.write_uow = write_uow
        self.caller = caller
        self.clock = clock

    @command_handler
    async def follow(self, username: str) -> None:
        """Follow a user; once is as good as twice."""
        follower_id, followed = await self._pair(username)
        await self.write_uow.follows.add(follower_id, followed, self.clock())

    @command_handler
    async def cease_to_follow(self, username: str) -> None:
        """Follow a user no longer."""
        await self.write_uow.follows.remove(*await self._pair(username))

    async def _pair(self, username: str) -> tuple[UUID, User]:
        caller = signed_in(self.caller)
        followed = await self.write_uow.users.called(username)
        if followed is None:
            raise NotFound("user")
        if followed.id == caller.id:
            raise OwnAccount("Nobody follows themselves.")
        return caller.id, followed
