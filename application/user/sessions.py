"""Commands that begin, continue and end logins."""

from dataclasses import replace
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from application.clock import Clock
from application.handlers import command_handler
from application.unit_of_work import WriteUnitOfWork
from application.user.commands import DisplayName, Email, Password, Username, account_of
from application.user.ports import PasswordHasher, Tokens
from application.user.views import AccountView, RegistrationView, TokensView
from domain.errors import Unauthenticated
from domain.token_family import TokenFamily
from domain.user import EMAIL_LIMIT, User, checked_password

_WRONG_LOGIN = "The login or the password is wrong."


class RegisterCommand(BaseModel):
    """An account to be made."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    username: Username
    email: Email
    password: Password
    display_name: DisplayName | None = None


class SessionCommandService:
    """Registers and logs in: the only commands of callers who are not signed in."""

    def __init__(
        self, write_uow: WriteUnitOfWork, clock: Clock, passwords: PasswordHasher, tokens: Tokens
    ) -> None:
        self.write_uow = write_uow
        self.clock = clock
        self.passwords = passwords
        self.tokens = tokens

    async def register(self, command: RegisterCommand) -> RegistrationView:
        """Make an account and log in to it; raises Taken for the username or the email."""
        # hashed before the transaction begins: it takes long, and holds no connection
        password_hash = await self.passwords.hash(checked_password(command.password))
        user = User.register(
            command.username, command.email, password_hash, command.display_name, self.clock()
        )
        account, tokens = await self._add(user)
        return RegistrationView(user=account, **tokens.model_dump())

    async def log_in(self, login: str, password: str) -> TokensView:
        """Log in by username or email; raises Unauthenticated, in the same words and time."""
        user = await self._known_as(login) if len(login) <= EMAIL_LIMIT else None
        password_hash = user.password_hash if user else None
        if not await self.passwords.verify(password, password_hash) or user is None:
            raise Unauthenticated(_WRONG_LOGIN)
        return await self._log_in(user)

    async def refresh(self, refresh_token: str) -> TokensView:
        """Rotate a refresh token; one that was used before ends its whole family."""
        family_id, generation = self.tokens.read_refresh(refresh_token)
        tokens = await self._rotate(family_id, generation)
        if tokens is None:
            raise Unauthenticated("The refresh token is no longer good: log in again.")
        return tokens

    @command_handler
    async def log_out(self, refresh_token: str) -> None:
        """End the login that this refresh token belongs to."""
        family_id, _ = self.tokens.read_refresh(refresh_token)
        family = await self.write_uow.families.get(family_id)
        if family is not None and family.revoked_at is None:
            family.revoke(self.clock())
            await self.write_uow.families.store(family, family.generation)

    @command_handler
    async def _add(self, user: User) -> tuple[AccountView, TokensView]:
        await self.write_uow.users.add(user)
        tokens = await self._open(user)
        return await account_of(self.write_uow, user), tokens

    @command_handler
    async def _known_as(self, login: str) -> User | None:
        return await self.write_uow.users.known_as(login)

    @command_handler
    async def _log_in(self, verified: User) -> TokensView:
        # while the password was verified it may have been changed, which ends all other logins
        user = await self.write_uow.users.get_locked(verified.id)
        if user.password_hash != verified.password_hash:
            raise Unauthenticated(_WRONG_LOGIN)
        if not user.is_active:
            raise Unauthenticated("This account is closed: ask an admin.")
        return await self._open(user)

    async def _open(self, user: User) -> TokensView:
        family = TokenFamily.opened(user.id, self.clock())
        await self.write_uow.families.add(family)
        self.write_uow.keep_position_for(user.id)
        return self._tokens(user, family)

    @command_handler
    async def _rotate(self, family_id: UUID, generation: int) -> TokensView | None:
        # A reused token's family is revoked, so this commits and gives None, rather than raise.
        now = self.clock()
        family = await self.write_uow.families.get(family_id)
        if family is None or family.is_over(now):
            return None
        loaded = replace(family)
        family.present(generation, now)
        if family != loaded:
            await self.write_uow.families.store(family, loaded.generation)
        if family.is_over(now):
            return None
        user = await self.write_uow.users.get(family.user_id)
        return self._tokens(user, family) if user.is_active else None

    def _tokens(self, user: User, family: TokenFamily) -> TokensView:
        return TokensView(
            access_token=self.tokens.access(user, family.id),
            expires_in=self.tokens.access_seconds,
            refresh_token=self.tokens.refresh(family.id, family.generation),
        )
