"""The mail that notifies followers of a post."""

from dataclasses import dataclass
from uuid import UUID

from application.mail.letter import Letter
from application.mail.ports import Mail, MailLinks
from application.user.ports import Follower


@dataclass(frozen=True, slots=True)
class NotificationMail:
    """A notification of a published post, for the followers of its author."""

    job_id: UUID
    author: str
    title: str
    summary: str
    slug: str

    def mail(self, follower: Follower, links: MailLinks) -> Mail:
        """Render it for one follower."""
        letter = Letter(
            subject=f"{self.author}: {self.title}",
            paragraphs=(f"{self.author} has published a post:", self.title, self.summary),
            link=links.to_post(self.slug),
            link_text="Read it",
            reason=f"You get this mail because you follow {self.author}.",
            unsubscribe=links.to_unsubscribe(follower.id),
        )
        return letter.mail(f"{self.job_id.hex}.{follower.id.hex}", follower.email)
