"""Commands on one's logins and personal tokens."""

from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, Field

from application.audit.ports import AuditTrail
from application.callers import logged_in
from application.commands import Command
from application.finding import found
from application.handlers import command_handler
from application.services import Commands
from application.user.ports import FamilyRepository, PersonalTokenRepository, UserRepository
from application.user.views import NewTokenView
from domain.audit import Action
from domain.errors import Conflict
from domain.personal_token import NAME_LIMIT, PersonalToken, Scope

_MOST = 100  # tokens of a user

Scopes = Annotated[frozenset[Scope], Field(min_length=1, examples=[["read"]])]


class TokenCommand(Command):
    """A personal token to make; without `expires_at` it is good until it is revoked."""

    name: str = Field(min_length=1, max_length=NAME_LIMIT, examples=["Backup"])
    scopes: Scopes
    expires_at: AwareDatetime | None = Field(default=None, examples=["2027-01-02T03:04:05Z"])


class TokenCommandService(Commands):
    """Ends logins, makes and revokes personal tokens: for callers who have logged in."""

    @command_handler
    async def issue_token(self, command: TokenCommand) -> NewTokenView:
        """Make a personal token; only this answer has its text."""
        user_id, tokens = logged_in(self.caller).id, self.write_uow[PersonalTokenRepository]
        # one after the other, so that none is one too many
        await self.write_uow[UserRepository].get_locked(user_id)
        if await tokens.count(user_id) >= _MOST:
            raise Conflict(f"There are {_MOST} tokens: revoke one first.")
        token, text = PersonalToken.issued(
            user_id, command.name, command.scopes, command.expires_at, self.clock()
        )
        await tokens.add(token)
        await self._note(Action.TOKEN_MADE, f"{token.prefix} {' '.join(token.scopes)} {token.name}")
        return NewTokenView(
            id=token.id,
            name=token.name,
            scopes=token.scopes,
            prefix=token.prefix,
            created_at=token.created_at,
            last_used_at=None,
            expires_at=token.expires_at,
            token=text,
        )

    @command_handler
    async def revoke_token(self, token_id: UUID) -> None:
        """Revoke one of the caller's tokens; raises NotFound."""
        self.write_uow.admit_unverified()
        user_id, now = logged_in(self.caller).id, self.clock()
        revoked = await self.write_uow[PersonalTokenRepository].revoke(user_id, token_id, now)
        found(revoked or None, "token")
        await self._note(Action.TOKEN_REVOKED, str(token_id))

    @command_handler
    async def end_session(self, session_id: UUID) -> None:
        """End one of the caller's logins; raises NotFound."""
        self.write_uow.admit_unverified()
        user_id, now = logged_in(self.caller).id, self.clock()
        ended = await self.write_uow[FamilyRepository].revoke(user_id, session_id, now)
        found(ended or None, "session")
        await self._note(Action.SESSION_ENDED, str(session_id))

    @command_handler
    async def end_other_sessions(self) -> None:
        """End all of the caller's logins but the present one."""
        self.write_uow.admit_unverified()
        caller, now = logged_in(self.caller), self.clock()
        families = self.write_uow[FamilyRepository]
        await families.revoke_all_but(caller.id, caller.login_id, now)
        await self._note(Action.SESSION_ENDED, "all others")

    async def _note(self, action: Action, what: str) -> None:
        user_id = logged_in(self.caller).id
        await self.write_uow[AuditTrail].note(action, whom=user_id, what=what)
