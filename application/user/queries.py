"""Queries of users."""

from application.callers import signed_in
from application.handlers import query_handler
from application.unit_of_work import ReadUnitOfWork
from application.user.views import AccountView, ProfileView
from domain.errors import NotFound
from domain.user import Caller


class UserQueryService:
    """Reads users for one caller."""

    def __init__(self, read_uow: ReadUnitOfWork, caller: Caller | None) -> None:
        self.read_uow = read_uow
        self.caller = caller

    @query_handler
    async def get_me(self) -> AccountView:
        """Give the caller's own account."""
        account = await self.read_uow.users.account(signed_in(self.caller).id)
        if account is None:
            raise NotFound("user")
        return account

    @query_handler
    async def get_profile(self, username: str) -> ProfileView:
        """Give a user as everyone sees them, by a name compared without case."""
        profile = await self.read_uow.users.profile(username)
        if profile is None:
            raise NotFound("user")
        return profile
