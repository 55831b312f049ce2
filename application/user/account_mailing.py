"""The run of a job that sends one mail about an account."""

from collections.abc import Awaitable
from dataclasses import dataclass
from uuid import UUID

from application.clock import Clock
from application.handlers import command_handler
from application.job.ending import EndingService
from application.job.ports import Lease
from application.limits import LimitReached, Limits, Use
from application.mail.letter import Letter
from application.mail.ports import Mailer, MailLinks, MailRefused
from application.unit_of_work import WriteUnitOfWork
from application.user.account_jobs import Notice
from application.user.account_letters import letter_of_notice, letter_with_link
from application.user.ports import ConfirmationRepository, Links, UserRepository
from domain.confirmation import Confirmation, Purpose
from domain.text import folded
from domain.user import User

_PAGES = {Purpose.RESET: "reset-password", Purpose.EMAIL: "verify-email"}


@dataclass(frozen=True, slots=True)
class Linked:
    """A link that was made for an account."""

    username: str
    confirmation: Confirmation


class AccountMailService:
    """The transactions of one job."""

    def __init__(
        self, write_uow: WriteUnitOfWork, clock: Clock, lease: Lease, limits: Limits
    ) -> None:
        self.write_uow = write_uow
        self.clock = clock
        self.lease = lease
        self.limits = limits

    @command_handler
    async def link_for_password(self, email: str) -> Linked | None:
        """Make a link to set a password; None where no account has this address. An address that
        is not verified gets the link to verify it: no other mail may go there. Raises
        LimitReached."""
        user = await self.write_uow[UserRepository].known_as(email)
        if user is None or user.email is None or folded(user.email) != folded(email):
            return None
        purpose = Purpose.RESET if user.email_verified else Purpose.EMAIL
        return await self._link(user, purpose, user.email) if user.is_active else None

    @command_handler
    async def link_for_email(self, user_id: UUID) -> Linked | None:
        """Make a link to verify the pending address, or the present one; None where it is
        verified; raises LimitReached."""
        user = await self.write_uow[UserRepository].get(user_id)
        email = user.pending_email or (None if user.email_verified else user.email)
        return await self._link(user, Purpose.EMAIL, email) if email and user.is_active else None

    async def end(self, result: str) -> None:
        """End the job; raises LeaseLost."""
        await EndingService(self.write_uow).end(self.lease, {"mail": result})

    async def _link(self, user: User, purpose: Purpose, email: str) -> Linked:
        # Before the link replaces the one that was mailed. A mail that is tried again counts once.
        # Whoever has mails sent to another's address does not keep that one's own from it.
        if self.lease.attempt == 1:
            await self.limits.take(Use("mails", folded(email), by=user.id.hex))
        confirmation = Confirmation.asked(user.id, purpose, email, self.clock())
        await self.write_uow[ConfirmationRepository].replace(confirmation)
        return Linked(user.username, confirmation)


@dataclass(frozen=True, slots=True)
class AccountMailing:
    """Sends the mail of one job."""

    commands: AccountMailService
    mailer: Mailer
    links: MailLinks
    seal: Links

    async def send_link(self, making: Awaitable[Linked | None]) -> None:
        """Send a link to the address that it is for, unless that has had as many as it may, and end
        the job; raises LeaseLost, MailPutOff and MailServerFailed."""
        try:
            linked = await making
        except LimitReached:
            await self.commands.end("limited")
            return
        if linked is None:
            await self.commands.end("none")
            return
        purpose, token = linked.confirmation.purpose, self.seal.write(linked.confirmation.id)
        link = self.links.to_page(_PAGES[purpose], token)
        letter = letter_with_link(purpose, linked.username, link, self.links.site)
        await self._send(letter, linked.confirmation.email)

    async def send_notice(self, notice: Notice, name: str, to: str) -> None:
        """Send a notice, and end the job; raises as `send_link`."""
        await self._send(letter_of_notice(notice, name, self.links.site), to)

    async def _send(self, letter: Letter, to: str) -> None:
        result = "sent"
        try:
            async with self.mailer.opened() as outbox:
                await outbox.send(letter.mail(self.commands.lease.job_id.hex, to))
        except MailRefused:
            result = "refused"
        await self.commands.end(result)
