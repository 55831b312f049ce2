"""The run of notifications: one mail after the other, so that a kill doubles one at most."""

from dataclasses import dataclass
from uuid import UUID

from application.job.turn import Turn, TurnOver
from application.mail.ports import Mailer, MailLinks, MailPutOff, MailRefused, Outbox
from application.post.notification_mail import NotificationMail
from application.post.notifying import NotifyingService
from application.user.ports import Follower

_BEFORE_ALL = UUID(int=0)


@dataclass(frozen=True, slots=True)
class NotifyingRun:
    """Sends the mails of one job."""

    commands: NotifyingService
    mailer: Mailer
    links: MailLinks
    turn: Turn

    async def run(self, post_id: UUID) -> None:
        """Send what was not sent before, and end the job; raises LeaseLost, TurnOver,
        MailServerFailed, and MailPutOff once all others were sent."""
        notification = await self.commands.begin(post_id)
        put_off = await self._send(post_id, notification) if notification else 0
        if put_off:
            raise MailPutOff(f"The mail server put {put_off} off until later.")
        await self.commands.end()

    async def _send(self, post_id: UUID, notification: NotificationMail) -> int:
        put_off, last = 0, _BEFORE_ALL
        while page := await self.commands.followers(post_id, last):
            remaining = [follower for follower, is_notified in page if not is_notified]
            put_off += await self._send_page(notification, remaining)
            last = page[-1][0].id
        return put_off

    async def _send_page(self, notification: NotificationMail, followers: list[Follower]) -> int:
        if not followers:
            return 0
        # a connection for each page: some servers limit the mails of one connection
        async with self.mailer.opened() as outbox:
            ended = [await self._send_one(outbox, notification, follower) for follower in followers]
        return ended.count(False)

    async def _send_one(
        self, outbox: Outbox, notification: NotificationMail, follower: Follower
    ) -> bool:
        """Send a mail and store its outcome; False where it was refused temporarily."""
        if self.turn.is_over():
            raise TurnOver
        outcome = {"status": "succeeded"}
        try:
            await outbox.send(notification.mail(follower, self.links))
        except MailPutOff:
            return False
        except MailRefused as refused:
            outcome = {"status": "failed", "detail": str(refused)}
        await self.commands.note(follower, outcome)
        return True
