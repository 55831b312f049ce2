"""Ports of mail."""

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID


class MailRefused(Exception):
    """The server has refused this mail permanently."""


class MailPutOff(Exception):
    """The server has refused this mail temporarily; it may accept others."""


class MailServerFailed(Exception):
    """The server accepts no mail now."""


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail to one recipient; its `key` is the same each time it is sent."""

    key: str
    to: str
    subject: str
    text: str
    html: str
    unsubscribe: str | None  # the address of the page to unsubscribe


class Outbox(Protocol):
    """A connection to a server."""

    async def send(self, mail: Mail) -> None:
        """Send a mail; raises MailRefused, MailPutOff and MailServerFailed."""


class Mailer(Protocol):
    """Sends mails through a server."""

    def opened(self) -> AbstractAsyncContextManager[Outbox]:
        """Connect for as long as the block runs; raises MailServerFailed."""


class MailLinks(Protocol):
    """The addresses in mails."""

    @property
    def site(self) -> str: ...

    def to_page(self, name: str, token: str) -> str:
        """Return the address of a page that acts by a token."""

    def to_post(self, slug: str) -> str: ...

    def to_unsubscribe(self, user_id: UUID) -> str: ...
