"""Queries of users."""

from application.callers import check_admin, signed_in
from application.handlers import query_handler
from application.unit_of_work import ReadUnitOfWork
from application.user.ports import UsersQuery
from application.user.views import AccountView, ProfileView, UserPage
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
        person = await self.read_uow.users.person(username)
        if person is None:
            raise NotFound("user")
        following = await self._follows(username)
        return ProfileView(**dict(person), following=following)

    @query_handler
    async def get_users(self, query: UsersQuery) -> UserPage:
        """Give the total and a page, to admins."""
        check_admin(self.caller)
        return await self.read_uow.users.page(query)

    async def _follows(self, username: str) -> bool:
        if self.caller is None:
            return False
        return await self.read_uow.users.is_followed(username, by=self.caller.id)
