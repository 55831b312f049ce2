"""Commands that begin, continue and end logins."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from pydantic import Field

from application.audit.ports import AuditTrail
from application.blog.ports import BlogRepository
from application.clock import Clock
from application.commands import Command
from application.handlers import command_handler
from application.job.ports import JobRepository
from application.limits import Limits
from application.unit_of_work import WriteUnitOfWork
from application.user.account_jobs import verification
from application.user.commands import DisplayName, Email, Password, Username, account_of
from application.user.ports import FamilyRepository, PasswordHasher, Tokens, UserRepository
from application.user.views import AccountView, LastingLoginView, RegistrationView, TokensView
from application.user.wrong_passwords import WrongPasswords
from domain.audit import Action
from domain.errors import Taken, Unauthenticated
from domain.password import checked_password
from domain.text import folded
from domain.token_family import TokenFamily
from domain.user import EMAIL_LIMIT, User

# how a login begins: at a time, of a client
_Begin = Callable[[UUID, datetime, str | None], TokenFamily]
_WRONG_LOGIN = "The login or the password is wrong."


class RegisterCommand(Command):
    """An account to create."""

    username: Username = Field(examples=["ann"])
    email: Email = Field(examples=["ann@example.com"])
    password: Password = Field(examples=["hot off the press"])
    display_name: DisplayName | None = None


class _Login(NamedTuple):
    """A login that was just opened."""

    user: User
    family: TokenFamily
    account: AccountView


class SessionCommandService:
    """Registers and logs in: the commands of anonymous callers."""

    def __init__(
        self,
        write_uow: WriteUnitOfWork,
        clock: Clock,
        passwords: PasswordHasher,
        tokens: Tokens,
        limits: Limits,
        *,
        takes_common: bool = False,
    ) -> None:
        self.write_uow = write_uow
        self.clock = clock
        self.passwords = passwords
        self.takes_common = takes_common  # passwords, for lasting logins
        self.tokens = tokens
        self.wrong_passwords = WrongPasswords(limits)

    async def register(
        self, command: RegisterCommand, client: str | None = None
    ) -> RegistrationView:
        """Create an account and log in to it; raises Taken for the username, the email or both."""
        login = await self._add(await self._new(command), TokenFamily.opened, client)
        tokens = self._tokens(login.user, login.family)
        return RegistrationView(user=login.account, **tokens.model_dump())

    async def register_lasting(
        self, command: RegisterCommand, client: str | None = None
    ) -> LastingLoginView:
        """Do the same with a lasting login."""
        user = await self._new(command, may_be_common=self.takes_common)
        login = await self._add(user, TokenFamily.lasting, client)
        return self._lasting(login)

    async def log_in(self, login: str, password: str, client: str | None = None) -> TokensView:
        """Log in by username or email; raises Unauthenticated, after the same time for any
        cause, and LimitReached."""
        user = await self._verified(login, password)
        opened = await self._log_in(user, TokenFamily.opened, client)
        return self._tokens(opened.user, opened.family)

    async def log_in_lasting(
        self, login: str, password: str, client: str | None = None
    ) -> LastingLoginView:
        """Do the same with a lasting login."""
        user = await self._verified(login, password)
        return self._lasting(await self._log_in(user, TokenFamily.lasting, client))

    async def _new(self, command: RegisterCommand, *, may_be_common: bool = False) -> User:
        username, email = command.username, command.email
        # hashed before the transaction begins, so that it holds no connection meanwhile
        checked = checked_password(command.password, username, email, may_be_common=may_be_common)
        password_hash = await self.passwords.hash(checked)
        return User.register(username, email, password_hash, command.display_name, self.clock())

    async def _verified(self, login: str, password: str) -> User:
        # as it was typed: a limit that names of one account share would tell that they are
        await self.wrong_passwords.count(folded(login))
        user = await self._known_as(login) if len(login) <= EMAIL_LIMIT else None
        password_hash = user.password_hash if user else None
        if not await self.passwords.verify(password, password_hash) or user is None:
            await self._note_failure(user)
            raise Unauthenticated(_WRONG_LOGIN)
        await self.wrong_passwords.forgive(folded(login))
        return user

    async def refresh(self, refresh_token: str) -> TokensView:
        """Rotate a refresh token; one that was used before ends its whole family."""
        family_id, generation = self.tokens.read_refresh(refresh_token)
        tokens = await self._rotate(family_id, generation)
        if tokens is None:
            raise Unauthenticated("The refresh token is no longer good: log in again.")
        return tokens

    @command_handler
    async def log_out(self, refresh_token: str) -> None:
        """End the login of a refresh token."""
        family_id, _ = self.tokens.read_refresh(refresh_token)
        family = await self.write_uow[FamilyRepository].get(family_id)
        if family is not None and family.revoked_at is None:
            family.revoke(self.clock())
            await self.write_uow[FamilyRepository].store(family, family.generation)

    @command_handler
    async def _add(self, user: User, begin: _Begin, client: str | None) -> _Login:
        settings = await self.write_uow[BlogRepository].settings()
        settings.check_registration()
        user.role = settings.registration_role
        try:
            await self.write_uow[UserRepository].add(user)
        except Taken as taken:
            fields = await self.write_uow[UserRepository].taken_fields(user)
            raise Taken(*(fields or [taken.field])) from taken
        await self.write_uow[JobRepository].add(verification(user, self.clock()))
        return await self._open(user, begin, client)

    @command_handler
    async def _known_as(self, login: str) -> User | None:
        return await self.write_uow[UserRepository].known_as(login)

    @command_handler
    async def _note_failure(self, user: User | None) -> None:
        whom = user.id if user else None
        await self.write_uow[AuditTrail].note(Action.LOGIN_FAILED, whom=whom)

    @command_handler
    async def _log_in(self, verified: User, begin: _Begin, client: str | None) -> _Login:
        # the password may have been changed during its verification, which ends all other logins
        user = await self.write_uow[UserRepository].get_locked(verified.id)
        if user.password_hash != verified.password_hash:
            raise Unauthenticated(_WRONG_LOGIN)
        if not user.is_active:
            raise Unauthenticated("This account is closed: ask an admin.")
        trail = self.write_uow[AuditTrail]
        await trail.note(Action.LOGGED_IN, whom=user.id, actor=user.id)
        return await self._open(user, begin, client)

    async def _open(self, user: User, begin: _Begin, client: str | None) -> _Login:
        family = begin(user.id, self.clock(), client)
        await self.write_uow[FamilyRepository].add(family)
        self.write_uow.advance_position_of(user.id)
        return _Login(user, family, await account_of(self.write_uow, user))

    @command_handler
    async def _rotate(self, family_id: UUID, generation: int) -> TokensView | None:
        # The revocation of a reused token's family must be committed: so it gives None, rather than
        # raise.
        now = self.clock()
        family = await self.write_uow[FamilyRepository].get(family_id)
        if family is None or family.is_over(now):
            return None
        loaded = replace(family)
        family.present(generation, now)
        if family != loaded:
            await self.write_uow[FamilyRepository].store(family, loaded.generation)
        if family.is_over(now):
            return None
        user = await self.write_uow[UserRepository].get(family.user_id)
        return self._tokens(user, family) if user.is_active else None

    def _lasting(self, login: _Login) -> LastingLoginView:
        token = self.tokens.lasting(login.user, login.family.id)
        return LastingLoginView(user=login.account, token=token)

    def _tokens(self, user: User, family: TokenFamily) -> TokensView:
        return TokensView(
            access_token=self.tokens.access(user, family.id),
            expires_in=self.tokens.access_seconds,
            refresh_token=self.tokens.refresh(family.id, family.generation),
        )
