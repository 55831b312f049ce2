"""Queries of users."""

from uuid import UUID

from application import cache_tags
from application.caching import Overlay, Tags, cached, on_views
from application.callers import at_least, authenticated, logged_in
from application.finding import found
from application.handlers import query_handler
from application.services import Queries
from application.user.ports import UserReader, UsersQuery
from application.user.views import (
    AccountView,
    FollowingView,
    PersonalTokensView,
    ProfileView,
    SessionsView,
    UserPage,
)
from domain.caller import Role


def _tags_of_profile(username: str) -> Tags:
    return (cache_tags.user(username),)


def _tags_of_following(username: str, by: UUID) -> Tags:
    # a follow changes the followed user's number of followers, and so touches this tag
    return (cache_tags.user(username),)


def _with_following(profile: ProfileView, following: FollowingView) -> ProfileView:
    return profile.model_copy(update=dict(following))


class UserQueryService(Queries):
    """Reads users for one caller."""

    @query_handler
    async def get_me(self) -> AccountView:
        """Return the caller's own account."""
        return found(await self.read_uow[UserReader].account(authenticated(self.caller).id), "user")

    @cached(ttl=30, tags=_tags_of_following)
    async def _following(self, username: str, by: UUID) -> FollowingView:
        is_followed = await self.read_uow[UserReader].is_followed(username, by=by)
        return FollowingView(following=is_followed)

    @query_handler
    @cached(
        ttl=30,
        tags=_tags_of_profile,
        overlay=Overlay(_following, on_views(ProfileView, _with_following)),
    )
    async def get_profile(self, username: str) -> ProfileView:
        """Return a user's profile, by a name compared without case."""
        person = found(await self.read_uow[UserReader].person(username), "user")
        return ProfileView(**dict(person), following=False)

    @query_handler
    async def get_sessions(self) -> SessionsView:
        """Return the caller's logins that stand."""
        caller = logged_in(self.caller)
        return await self.read_uow[UserReader].sessions(caller.id, caller.login_id)

    @query_handler
    async def get_tokens(self) -> PersonalTokensView:
        """Return the caller's personal tokens."""
        return await self.read_uow[UserReader].tokens(logged_in(self.caller).id)

    @query_handler
    async def get_users(self, query: UsersQuery) -> UserPage:
        """Return the total and a page, to admins."""
        at_least(Role.ADMIN, self.caller)
        return await self.read_uow[UserReader].page(query)
