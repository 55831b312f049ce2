"""Commands by the links of mails: a new password, a verified address."""

from pydantic import Field

from application.audit.ports import AuditTrail
from application.clock import Clock
from application.commands import Command
from application.handlers import command_handler
from application.job.ports import JobRepository
from application.unit_of_work import WriteUnitOfWork
from application.user.account_jobs import Notice, notice, password_link
from application.user.commands import Email, Password
from application.user.ports import (
    ConfirmationRepository,
    FamilyRepository,
    Links,
    PasswordHasher,
    UserRepository,
)
from domain.audit import Action
from domain.confirmation import Confirmation, Purpose
from domain.errors import Invalid
from domain.password import checked_password
from domain.user import User


class ForgottenPassword(Command):
    """The address of an account whose password is forgotten."""

    email: Email = Field(examples=["ann@example.com"])


class NewPassword(Command):
    """A new password, and the token of the link that was mailed."""

    token: str = Field(min_length=1, max_length=500, examples=["WyIwMTk4Il0.c2ln"])
    password: Password = Field(examples=["hot off the press"])


class VerifiedEmail(Command):
    """The token of the link that was mailed."""

    token: str = Field(min_length=1, max_length=500, examples=["WyIwMTk4Il0.c2ln"])


class ConfirmationCommandService:
    """Commands of anonymous callers who hold a link, or ask for one."""

    def __init__(
        self, write_uow: WriteUnitOfWork, clock: Clock, passwords: PasswordHasher, links: Links
    ) -> None:
        self.write_uow = write_uow
        self.clock = clock
        self.passwords = passwords
        self.links = links

    @command_handler
    async def forget_password(self, command: ForgottenPassword) -> None:
        """Ask for a link; does the same whether an account has the address or not."""
        await self.write_uow[JobRepository].add(password_link(command.email, self.clock()))

    async def set_password(self, command: NewPassword) -> None:
        """Set a new password by a link, which ends all logins; raises Invalid."""
        user = await self._user_of(command.token)
        checked = checked_password(command.password, user.username, user.email)
        await self._set_password(command.token, await self.passwords.hash(checked))

    @command_handler
    async def verify_email(self, command: VerifiedEmail) -> None:
        """Verify an address by a link; raises Invalid, and Taken where another account has it."""
        confirmation = await self._taken(command.token, Purpose.EMAIL)
        user = await self.write_uow[UserRepository].get_locked(confirmation.user_id)
        user.confirm(confirmation.email)
        await self._store(user, Action.EMAIL_CHANGED)

    @command_handler
    async def _user_of(self, token: str) -> User:
        confirmation = await self._good(token, Purpose.RESET)
        return await self.write_uow[UserRepository].get(confirmation.user_id)

    @command_handler
    async def _set_password(self, token: str, password_hash: str) -> None:
        confirmation = await self._taken(token, Purpose.RESET)
        user = await self.write_uow[UserRepository].get_locked(confirmation.user_id)
        if user.email != confirmation.email or not user.is_active:
            raise _no_good_link()
        user.password_hash = password_hash
        await self._store(user, Action.PASSWORD_RESET)
        await self.write_uow[FamilyRepository].revoke_all_but(user.id, None, self.clock())
        told = notice(user, Notice.RESET, self.clock())
        await self.write_uow[JobRepository].add(told)

    async def _taken(self, token: str, purpose: Purpose) -> Confirmation:
        confirmation = await self._good(token, purpose)
        if not await self.write_uow[ConfirmationRepository].take(confirmation):
            raise _no_good_link()
        return confirmation

    async def _good(self, token: str, purpose: Purpose) -> Confirmation:
        confirmation = await self.write_uow[ConfirmationRepository].get(self.links.read(token))
        if confirmation is None or not confirmation.is_good(purpose, self.clock()):
            raise _no_good_link()
        return confirmation

    async def _store(self, user: User, action: Action) -> None:
        user.updated_at = self.clock()
        self.write_uow.advance_position_of(user.id)
        await self.write_uow[UserRepository].store(user)
        await self.write_uow[AuditTrail].note(action, whom=user.id, actor=user.id)


def _no_good_link() -> Invalid:
    return Invalid("token", "The link was used, or is too old: ask for a new one.", "used")
