"""Commands on accounts."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from application.audit.ports import AuditTrail
from application.callers import asked_for_no_password, at_least, authenticated, logged_in
from application.clock import Clock
from application.commands import Command
from application.finding import found
from application.handlers import command_handler
from application.job.ports import JobRepository
from application.limits import Limits
from application.media.choosing import chosen_image
from application.post.deleting import deletion_of_posts
from application.unit_of_work import WriteUnitOfWork
from application.user.account_jobs import Notice, notice, verification
from application.user.ports import FamilyRepository, PasswordHasher, UserReader, UserRepository
from application.user.views import AccountView, UserView
from application.user.wrong_passwords import WrongPasswords
from application.working_copy.ports import WorkingCopyRepository
from domain.audit import Action
from domain.caller import Caller, Role
from domain.errors import Conflict, Forbidden, Invalid, OwnAccount
from domain.password import PASSWORD_LIMITS, checked_password
from domain.user import (
    BIO_LIMIT,
    DISPLAY_NAME_LIMIT,
    EMAIL_LIMIT,
    IMAGE_LIMIT,
    USERNAME_LIMIT,
    User,
)

Username = Annotated[str, Field(min_length=1, max_length=USERNAME_LIMIT)]
Email = Annotated[str, Field(min_length=3, max_length=EMAIL_LIMIT)]
Password = Annotated[str, Field(min_length=PASSWORD_LIMITS[0], max_length=PASSWORD_LIMITS[1])]
Bio = Annotated[str, Field(max_length=BIO_LIMIT)]
Image = Annotated[str, Field(max_length=IMAGE_LIMIT)]
DisplayName = Annotated[str, Field(min_length=1, max_length=DISPLAY_NAME_LIMIT)]
# what nobody else sees: also those may change it whose email is not verified
_OF_LOGIN = frozenset({"password", "email", "current_password", "mails"})


class UserPatch(Command):
    """A change of one's own account; omitted fields are left alone. A new password, and a new
    email, need the current password."""

    # A factory makes a field optional without making it nullable.
    username: Username = Field(default_factory=str)
    email: Email = Field(default_factory=str)
    password: Password = Field(default_factory=str)
    current_password: str = Field(default_factory=str, max_length=PASSWORD_LIMITS[1])
    display_name: DisplayName = Field(default_factory=str, examples=["Ann"])
    bio: Bio | None = Field(default=None, examples=["Prints. Daily."])
    image: Image | None = Field(default=None, description="An address, or the id of a picture.")
    mails: bool = Field(default_factory=lambda: True)


class DeletionCommand(Command):
    """The deletion of one's own account, for good; `posts` says what becomes of its posts."""

    current_password: str = Field(max_length=PASSWORD_LIMITS[1], examples=["hot off the press"])
    posts: Literal["keep", "delete"] = Field(default="keep", examples=["keep"])


class RightsPatch(Command):
    """A change of a user's rights; omitted fields are left alone."""

    role: Role = Field(default_factory=lambda: Role.READER, examples=["editor"])
    is_active: bool = Field(default_factory=lambda: True)


class UserCommandService:
    """Changes accounts."""

    def __init__(
        self,
        write_uow: WriteUnitOfWork,
        caller: Caller | None,
        clock: Clock,
        passwords: PasswordHasher,
        limits: Limits,
        *,
        takes_common: bool = False,
    ) -> None:
        self.write_uow = write_uow
        self.caller = caller
        self.clock = clock
        self.passwords = passwords
        self.takes_common = takes_common  # passwords, by lasting tokens
        self.wrong_passwords = WrongPasswords(limits)

    async def change_me(self, patch: UserPatch) -> AccountView:
        """Change the caller's account; a new password ends all other logins, a new email waits for
        its link to be opened."""
        if not (patch.password or patch.email):
            return await self._change(patch, None, None)
        logged_in(self.caller)
        user = await self._own_of_anyone()
        if patch.password or patch.email != user.email:
            await self._prove(user, patch.current_password)
        return await self._change_proven(user, patch)

    async def change_me_unproven(self, patch: UserPatch) -> AccountView:
        """Do the same without the current password, which callers with a lasting token need not
        send; the email that waits for its link is no new one."""
        is_for_anyone = patch.password or patch.email
        user = await (self._own_of_anyone() if is_for_anyone else self._own())
        if patch.email == (user.pending_email or user.email):
            patch = patch.model_copy(update={"email": ""})
        if patch.password or patch.email:
            asked_for_no_password(self.caller)
        return await self._change_proven(user, patch, may_be_common=self.takes_common)

    async def _change_proven(
        self, user: User, patch: UserPatch, *, may_be_common: bool = False
    ) -> AccountView:
        # passwords are hashed while no transaction holds a connection
        new_hash = None
        if patch.password:
            checked = checked_password(
                patch.password, user.username, user.email, may_be_common=may_be_common
            )
            new_hash = await self.passwords.hash(checked)
        return await self._change(patch, user.password_hash, new_hash)

    @command_handler
    async def request_verification(self) -> None:
        """Have the link to verify the caller's address sent again."""
        user = await self._own_of_anyone()
        await self.write_uow[JobRepository].add(verification(user, self.clock()))

    async def delete_me(self, command: DeletionCommand) -> None:
        """Delete the caller's account, which ends all its logins."""
        logged_in(self.caller)
        user = await self._own_of_anyone()
        if user.role is Role.ADMIN:
            raise OwnAccount("An admin can't delete the account: let another take the role away.")
        await self._prove(user, command.current_password)
        await self._delete(user.password_hash, posts_too=command.posts == "delete")

    @command_handler
    async def set_rights(self, username: str, patch: RightsPatch) -> None:
        """Change a user's rights, as an operator; ends logins as for an admin."""
        user = await self.write_uow[UserRepository].get_locked((await self._called(username)).id)
        await self._grant(user, patch)

    async def set_password(self, username: str, password: str) -> None:
        """Set a user's password, as an operator, which ends all the user's logins."""
        user = await self._found(username)
        checked = checked_password(password, user.username, user.email)
        await self._replace_password(user.id, await self.passwords.hash(checked))

    @command_handler
    async def change_user(self, username: str, patch: RightsPatch) -> UserView:
        """Change another user's rights, as an admin; a lesser role, and closing the account, end
        the user's logins."""
        user = await self._locked_for_admin(at_least(Role.ADMIN, self.caller), username)
        if patch.model_fields_set:
            await self._grant(user, patch)
        return found(await self.write_uow[UserReader].user(user.id), "user")

    async def _grant(self, user: User, patch: RightsPatch) -> None:
        _check_not_deleted(user)
        # what the user reads from now on, also by a link, shows it
        self.write_uow.advance_position_of(user.id)
        former, was_active = user.role, user.is_active
        _grant(user, patch)
        await self._store(user)
        if user.role is not former:
            await self._note(Action.ROLE_CHANGED, user, f"{former} to {user.role}")
        if user.is_active is not was_active:
            opened = Action.ACCOUNT_OPENED if user.is_active else Action.ACCOUNT_CLOSED
            await self._note(opened, user)
        if not (user.is_active and user.role.includes(former)):
            await self._end_logins(user)

    async def _end_logins(self, user: User, but: UUID | None = None) -> None:
        """End a user's logins, except one where it is given.

        After the user is stored: a concurrent login that waits for the user's row sees the change.
        """
        await self.write_uow[FamilyRepository].revoke_all_but(user.id, but, self.clock())

    @command_handler
    async def _delete(self, proven_hash: str | None, *, posts_too: bool) -> None:
        user, now = await self._own_of_anyone(), self.clock()
        if user.password_hash != proven_hash:
            raise _wrong_password()
        user.delete(now)
        await self._store(user)
        await self._note(Action.ACCOUNT_DELETED, user)
        await self._end_logins(user)
        await self.write_uow[WorkingCopyRepository].remove_all(user.id)
        if posts_too:
            await self.write_uow[JobRepository].add(deletion_of_posts(user.id, now))

    @command_handler
    async def _own(self) -> User:
        return await self.write_uow[UserRepository].get(authenticated(self.caller).id)

    @command_handler
    async def _found(self, username: str) -> User:
        return await self._called(username)

    @command_handler
    async def _replace_password(self, user_id: UUID, password_hash: str) -> None:
        user = await self.write_uow[UserRepository].get_locked(user_id)
        _check_not_deleted(user)
        user.password_hash = password_hash
        await self._store(user)
        await self._end_logins(user)
        await self._note(Action.PASSWORD_RESET, user)

    @command_handler
    async def _own_of_anyone(self) -> User:
        self.write_uow.admit_unverified()
        return await self._own()

    async def _prove(self, user: User, password: str) -> None:
        """Raise Invalid for another password than the user's; raises LimitReached too."""
        await self.wrong_passwords.count(user.id.hex)
        if not await self.passwords.verify(password, user.password_hash):
            raise _wrong_password()
        await self.wrong_passwords.forgive(user.id.hex)

    @command_handler
    async def _change(
        self, patch: UserPatch, proven_hash: str | None, new_hash: str | None
    ) -> AccountView:
        if patch.model_fields_set <= _OF_LOGIN:
            self.write_uow.admit_unverified()
        user = await self._own()
        image = await chosen_image(self.write_uow, patch.image, authenticated(self.caller))
        patch = patch.model_copy(update={"image": image}) if image != patch.image else patch
        if proven_hash and user.password_hash != proven_hash:
            raise _wrong_password()
        _revise(user, patch)
        if new_hash:
            user.password_hash = new_hash
        if patch.model_fields_set:
            await self._store(user)
        if new_hash:
            await self._end_logins(user, but=authenticated(self.caller).login_id)
            await self._note(Action.PASSWORD_CHANGED, user)
        await self._tell(user, patch)
        return await account_of(self.write_uow, user)

    async def _tell(self, user: User, patch: UserPatch) -> None:
        """Mail the link for a new address, and tell the present one of what was changed."""
        jobs, now = self.write_uow[JobRepository], self.clock()
        is_moving = patch.email and user.pending_email == patch.email
        if is_moving:
            await jobs.add(verification(user, now))
        if user.email_verified and patch.password:
            await jobs.add(notice(user, Notice.CHANGED, now))
        if user.email_verified and is_moving:
            await jobs.add(notice(user, Notice.MOVING, now))

    async def _note(self, action: Action, user: User, what: str | None = None) -> None:
        await self.write_uow[AuditTrail].note(action, whom=user.id, what=what)

    async def _locked_for_admin(self, caller: Caller, username: str) -> User:
        """Load a user for an admin, and check that the caller is still one: two admins can't demote
        each other."""
        user_id = (await self._called(username)).id
        if user_id == caller.id:
            raise OwnAccount("Ask another admin: there must always be one.")
        in_order = sorted((user_id, caller.id), key=lambda each: each.bytes)
        locked = {each: await self.write_uow[UserRepository].get_locked(each) for each in in_order}
        if locked[caller.id].role is not Role.ADMIN or not locked[caller.id].is_active:
            raise Forbidden("You are no admin any more.")
        return locked[user_id]

    async def _called(self, username: str) -> User:
        return found(await self.write_uow[UserRepository].called(username), "user")

    async def _store(self, user: User) -> None:
        user.updated_at = self.clock()
        await self.write_uow[UserRepository].store(user)


def _revise(user: User, patch: UserPatch) -> None:
    if patch.username:
        user.rename(patch.username)
    if patch.email:
        user.ask_to_move(patch.email)
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


def _check_not_deleted(user: User) -> None:
    if user.deleted_at:
        raise Conflict("This account was deleted, which nothing undoes.")


def _wrong_password() -> Invalid:
    return Invalid("current_password", "It is not the account's present password.", "wrong")


async def account_of(uow: WriteUnitOfWork, user: User) -> AccountView:
    """Return a user's account, within the transaction."""
    return found(await uow[UserReader].account(user.id), "user")
