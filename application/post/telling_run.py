"""The run of the mails about a post: one after the other, so that a kill doubles one at most."""

from dataclasses import dataclass
from uuid import UUID

from application.mail.ports import Mailer, MailLinks, MailPutOff, MailRefused, Outbox
from application.post.letter import Letter
from application.post.telling import TellingService
from application.user.ports import Follower

_BEFORE_ALL = UUID(int=0)


@dataclass(frozen=True, slots=True)
class TellingRun:
    """Sends the mails of one job."""

    commands: TellingService
    mailer: Mailer
    links: MailLinks

    async def run(self, post_id: UUID) -> None:
        """Send what was not sent before, and end the job; raises LeaseLost, MailServerFailed, and
        MailPutOff once all others were sent."""
        letter = await self.commands.begin(post_id)
        put_off = await self._send(letter) if letter else 0
        if put_off:
            raise MailPutOff(f"The mail server put {put_off} off until later.")
        await self.commands.end()

    async def _send(self, letter: Letter) -> int:
        put_off, last = 0, _BEFORE_ALL
        while page := await self.commands.followers(letter.author_id, last):
            untold = [follower for follower, is_told in page if not is_told]
            put_off += await self._send_page(letter, untold)
            last = page[-1][0].id
        return put_off

    async def _send_page(self, letter: Letter, followers: list[Follower]) -> int:
        if not followers:
            return 0
        # a connection for each page: some servers take only so many mails over one
        async with self.mailer.opened() as outbox:
            ended = [await self._send_one(outbox, letter, follower) for follower in followers]
        return ended.count(False)

    async def _send_one(self, outbox: Outbox, letter: Letter, follower: Follower) -> bool:
        """Send a mail and note it; False where the server puts it off."""
        outcome = {"status": "succeeded"}
        try:
            await outbox.send(letter.mail(follower, self.links))
        except MailPutOff:
            return False
        except MailRefused as refused:
            outcome = {"status": "failed", "detail": str(refused)}
        await self.commands.note(follower, outcome)
        return True
