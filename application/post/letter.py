"""The letter: what followers are told of a post, as text and as HTML."""

from dataclasses import dataclass
from html import escape
from uuid import UUID

from application.mail.ports import Mail, MailLinks
from application.user.ports import Follower

_TEXT = """\
{author} has published a post:

{title}
{summary}
{link}

--
You get this mail because you follow {author}. To get no more mails:
{unsubscribe}
"""
_HTML = """\
<!doctype html>
<html>
<body>
<p>{author} has published a post:</p>
<h1><a href="{link}">{title}</a></h1>
<p>{summary}</p>
<hr>
<p>You get this mail because you follow {author}.
<a href="{unsubscribe}">Get no more mails</a></p>
</body>
</html>
"""


@dataclass(frozen=True, slots=True)
class Letter:
    """A post that has appeared, as its author's followers are told of it."""

    job_id: UUID
    author_id: UUID
    author: str
    title: str
    summary: str
    slug: str

    def mail(self, follower: Follower, links: MailLinks) -> Mail:
        """Render it for one of them."""
        unsubscribe = links.to_unsubscribe(follower.id)
        said = {
            "author": self.author,
            "title": self.title,
            "summary": self.summary,
            "link": links.to_post(self.slug),
            "unsubscribe": unsubscribe,
        }
        return Mail(
            key=f"{self.job_id.hex}.{follower.id.hex}",
            to=follower.email,
            subject=f"{self.author}: {self.title}",
            text=_TEXT.format(**said | {"summary": f"\n{self.summary}\n" if self.summary else ""}),
            html=_HTML.format(**{name: escape(value) for name, value in said.items()}),
            unsubscribe=unsubscribe,
        )
