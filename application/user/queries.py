"""Queries of users."""

from collections.abc import Awaitable, Callable

from application import cache_tags
from application.caching import Cache, Tags, cached
from application.callers import check_admin, signed_in
from application.handlers import query_handler
from application.unit_of_work import ReadUnitOfWork
from application.user.ports import UsersQuery
from application.user.views import AccountView, ProfileView, UserPage
from domain.errors import NotFound
from domain.user import Caller


def _tags_of_profile(username: str) -> Tags:
    return (cache_tags.user(username),)


class UserQueryService:
    """Reads users for one caller."""

    def __init__(self, read_uow: ReadUnitOfWork, cache: Cache, caller: Caller | None) -> None:
        self.read_uow = read_uow
        self.cache = cache
        self.caller = caller

    @query_handler
    async def get_me(self) -> AccountView:
        """Give the caller's own account."""
        account = await self.read_uow.users.account(signed_in(self.caller).id)
        if account is None:
            raise NotFound("user")
        return account

    async def _as_caller_sees_profile(
        self, of_everyone: Callable[[], Awaitable[ProfileView]], username: str
    ) -> ProfileView:
        profile = await of_everyone()
        return profile.model_copy(update={"following": await self._follows(username)})

    @query_handler
    @cached(ttl=30, tags=_tags_of_profile, own_part=_as_caller_sees_profile)
    async def get_profile(self, username: str) -> ProfileView:
        """Give a user as everyone sees them, by a name compared without case."""
        person = await self.read_uow.users.person(username)
        if person is None:
            raise NotFound("user")
        return ProfileView(**dict(person), following=False)

    @query_handler
    async def get_users(self, query: UsersQuery) -> UserPage:
        """Give the total and a page, to admins."""
        check_admin(self.caller)
        return await self.read_uow.users.page(query)

    @query_handler
    async def _follows(self, username: str) -> bool:
        return await self.read_uow.users.is_followed(username, by=signed_in(self.caller).id)
