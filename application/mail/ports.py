"""What handlers that send mail need from outside."""

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID


class MailRefused(Exception):
    """The server will never take this mail."""


class MailPutOff(Exception):
    """The server does not take this mail now; it may later, and it may take others."""


class MailServerFailed(Exception):
    """The server takes no mail at all now."""


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail to one reader; its `key` is the same each time it is sent."""

    key: str
    to: str
    subject: str
    text: str
    html: str
    unsubscribe: str  # the address where they ask for no more of them


class Outbox(Protocol):
    """A connection to a server."""

    async def send(self, mail: Mail) -> None:
        """Hand a mail over; raises MailRefused, MailPutOff and MailServerFailed."""


class Mailer(Protocol):
    """Hands mails over to a server."""

    def opened(self) -> AbstractAsyncContextManager[Outbox]:
        """Connect for as long as the block runs; raises MailServerFailed."""


class MailLinks(Protocol):
    """The addresses that stand in mails."""

    def to_post(self, slug: str) -> str: ...

    def to_unsubscribe(self, user_id: UUID) -> str: ...
