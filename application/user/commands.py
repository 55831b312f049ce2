"""Commands on accounts."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from application.callers import check_admin, signed_in
from application.clock import Clock
from application.handlers import command_handler
from application.unit_of_work import WriteUnitOfWork
from application.user.ports import PasswordHasher
from application.user.views import AccountView, UserView
from domain.errors import Forbidden, NotFound, OwnAccount
from domain.user import (
    BIO_LIMIT,
    DISPLAY_NAME_LIMIT,
    EMAIL_LIMIT,
    IMAGE_LIMIT,
    PASSWORD_LIMITS,
    USERNAME_LIMIT,
    Caller,
    Role,
    User,
    checked_password,
)

Username = Annotated[str, Field(min_length=1, max_length=USERNAME_LIMIT)]
Email = Annotated[str, Field(min_length=3, max_length=EMAIL_LIMIT)]
Password = Annotated[str, Field(min_length=PASSWORD_LIMITS[0], max_length=PASSWORD_LIMITS[1])]
DisplayName = Annotated[str, Field(min_length=1, max_length=DISPLAY_NAME_LIMIT)]


class UserPatch(BaseModel):
    """A change of one's own account: what is left out stays as it is."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    # A factory makes a field optional without making it nullable.
    username: Username = Field(default_factory=str)
    email: Email = Field(default_factory=str)
    password: Password = Field(default_factory=str)
    display_name: DisplayName = Field(default_factory=str)
    bio: str | None = Field(default=None, max_length=BIO_LIMIT)
    image: str | None = Field(default=None, max_length=IMAGE_LIMIT)
    mails: bool = Field(default_factory=lambda: True)


class RightsPatch(BaseModel):
    """A change of what a user may do: what is left out stays as it is."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    role: Role = Field(default_factory=lambda: Role.READER)
    is_active: bool = Field(default_factory=lambda: True)


class UserCommandService:
    """Changes accounts."""

    def __init__(
        self,
        write_uow: WriteUnitOfWork,
        caller: Caller | None,
        clock: Clock,
        passwords: PasswordHasher,
    ) -> None:
        self.write_uow = write_uow
        self.caller = caller
        self.clock = clock
        self.passwords = passwords

    async def change_me(self, patch: UserPatch) -> AccountView:
        """Change the caller's account; a new password ends all other logins."""
        signed_in(self.caller)
        # hashed before the transaction begins: it takes long, and holds no connection
        new_hash = None
        if patch.password:
            new_hash = await self.passwords.hash(checked_password(patch.password))
        return await self._change(patch, new_hash)

    @command_handler
    async def promote(self, username: str, role: Role) -> None:
        """Give a user another role; it binds at their next refresh."""
        user = await self.write_uow.users.get_locked((await self._called(username)).id)
        user.role = role
        await self._store(user)

    @command_handler
    async def change_user(self, username: str, patch: RightsPatch) -> UserView:
        """Change what another user may do, as an admin; a closed account's logins end."""
        user = await self._locked_for_admin(check_admin(self.caller), username)
        _grant(user, patch)
        if patch.model_fields_set:
            await self._store(user)
        if not user.is_active:
            await self.write_uow.families.revoke_all_but(user.id, None, self.clock())
        view = await self.write_uow.views.users.user(user.id)
        if view is None:
            raise NotFound("user")
        return view

    @command_handler
    async def _change(self, patch: UserPatch, new_hash: str | None) -> AccountView:
        caller = signed_in(self.caller)
        user = await self.write_uow.users.get(caller.id)
        _revise(user, patch)
        if new_hash:
            user.password_hash = new_hash
        if patch.model_fields_set:
            await self._store(user)
        if new_hash:
            # after the user is stored: a login that waits for it sees the new password
            now = self.clock()
            await self.write_uow.families.revoke_all_but(user.id, caller.family_id, now)
        return await account_of(self.write_uow, user)

    async def _locked_for_admin(self, caller: Caller, username: str) -> User:
        """Load a user for an admin who still is one: two can't demote each other."""
        user_id = (await self._called(username)).id
        if user_id == caller.id:
            raise OwnAccount("Ask another admin: there must always be one.")
        in_order = sorted((user_id, caller.id), key=lambda each: each.bytes)
        locked = {each: await self.write_uow.users.get_locked(each) for each in in_order}
        if locked[caller.id].role is not Role.ADMIN or not locked[caller.id].is_active:
            raise Forbidden("You are no admin any more.")
        return locked[user_id]

    async def _called(self, username: str) -> User:
        user = await self.write_uow.users.called(username)
        if user is None:
            raise NotFound("user")
        return user

    async def _store(self, user: User) -> None:
        user.updated_at = self.clock()
        await self.write_uow.users.store(user)


def _revise(user: User, patch: UserPatch) -> None:
    if patch.username:
        user.rename(patch.username)
    if patch.email:
        user.move_to(patch.email)
    if patch.display_name:
        user.present_as(patch.display_name)
    if "bio" in patch.model_fields_set:
        user.describe(patch.bio)
    if "image" in patch.model_fields_set:
        user.picture(patch.image)
    if "mails" in patch.model_fields_set:
        user.mails = patch.mails


def _grant(user: User, patch: RightsPatch) -> None:
    if "role" in patch.model_fields_set:
        user.role = patch.role
    if "is_active" in patch.model_fields_set:
        user.is_active = patch.is_active


async def account_of(uow: WriteUnitOfWork, user: User) -> AccountView:
    """Give a user's account as the transaction sees it."""
    account = await uow.views.users.account(user.id)
    if account is None:
        raise NotFound("user")
    return account
