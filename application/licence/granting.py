"""Commands on grants: another system says who has paid."""

from uuid import UUID

from application.audit.ports import AuditTrail
from application.callers import at_least
from application.finding import found
from application.handlers import command_handler
from application.licence.ports import GrantRepository, LicenceRepository
from application.post.ports import PostRepository
from application.services import Commands
from application.user.ports import UserRepository
from domain.audit import Action
from domain.caller import Role
from domain.errors import OwnAccount
from domain.licence import Grant, present_offer


class GrantCommandService(Commands):
    """Gives offers to readers, for editors."""

    @command_handler
    async def grant(self, post_id: UUID, username: str) -> None:
        """Let a reader hold the present offer on a post; idempotent; raises Conflict where there
        is none."""
        user_id = await self._reader(post_id, username)
        now = self.clock()
        offer = present_offer(await self.write_uow[LicenceRepository].offers_on(post_id), now)
        await self.write_uow[GrantRepository].put(Grant(user_id, offer, now))
        await self._note(Action.GRANT_MADE, post_id, user_id)

    @command_handler
    async def revoke(self, post_id: UUID, username: str) -> None:
        """Take a reader's grant back."""
        user_id = await self._reader(post_id, username)
        if await self.write_uow[GrantRepository].remove(user_id, post_id):
            await self._note(Action.GRANT_REVOKED, post_id, user_id)

    async def _note(self, action: Action, post_id: UUID, user_id: UUID) -> None:
        await self.write_uow[AuditTrail].note(action, whom=user_id, what=f"{post_id}")

    async def _reader(self, post_id: UUID, username: str) -> UUID:
        """Return the reader's id, and lock the post; raises NotFound for either."""
        editor = at_least(Role.EDITOR, self.caller)
        post = await self.write_uow[PostRepository].get_locked(post_id)
        post.check_not_deleted()
        user = found(await self.write_uow[UserRepository].called(username), "user")
        if user.id == editor.id:
            raise OwnAccount("Nobody grants themselves an offer.")
        # what the reader reads from now on shows it
        self.write_uow.advance_position_of(user.id)
        return user.id
