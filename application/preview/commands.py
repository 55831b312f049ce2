"""Links to previews."""

from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from application.callers import authenticated
from application.clock import Clock
from application.handlers import command_handler
from application.post.ports import PostRepository
from application.preview.views import PreviewLink
from application.services import Commands
from application.unit_of_work import WriteUnitOfWork
from domain.caller import Caller

LIFETIME = timedelta(days=7)


class PreviewLinks(Protocol):
    """Makes the links."""

    def to_preview(self, base: str, post_id: UUID, user_id: UUID, end: datetime) -> str:
        """Return an address below the public address of this server."""


class PreviewCommandService(Commands):
    """Gives links to previews to one caller."""

    def __init__(
        self,
        write_uow: WriteUnitOfWork,
        caller: Caller | None,
        clock: Clock,
        links: PreviewLinks,
    ) -> None:
        super().__init__(write_uow, caller, clock)
        self.links = links

    @command_handler
    async def make_preview(self, post_id: UUID, base: str) -> PreviewLink:
        """Make a link to a post that the caller may change; `base` is the public address of this
        server."""
        caller = authenticated(self.caller)
        post = await self.write_uow[PostRepository].get(post_id)
        post.check_change_by(caller)
        post.check_not_deleted()
        end = (self.clock() + LIFETIME).replace(microsecond=0)
        url = self.links.to_preview(base, post_id, caller.id, end)
        return PreviewLink(url=url, expires_at=end)
