"""Mails by SMTP, over one connection at a time."""

import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from email.headerregistry import Address

from aiosmtplib import (
    SMTP,
    SMTPDataError,
    SMTPException,
    SMTPNotSupported,
    SMTPRecipientsRefused,
    SMTPResponseException,
)

from application.mail.ports import Mail, MailPutOff, MailRefused, MailServerFailed
from application.tracing import step
from infra.mail.message import message_of

_CONNECT_SECONDS = 5
_COMMAND_SECONDS = 10
_log = logging.getLogger("broadsheet.mail")


@dataclass(frozen=True, slots=True)
class MailServer:
    """The address of a mail server, and how to connect to it."""

    host: str
    port: int
    username: str | None
    password: str | None = field(repr=False)
    by_tls: bool  # TLS from the first byte


@dataclass(frozen=True, slots=True)
class SmtpMailer:
    """Connects to one server."""

    server: MailServer
    sender: Address

    @asynccontextmanager
    async def opened(self) -> AsyncIterator["SmtpOutbox"]:
        client = self._client()
        try:
            with _failures():
                await client.connect(timeout=_CONNECT_SECONDS)
            yield SmtpOutbox(client, self.sender)
            with suppress(SMTPException):
                await client.quit()
        finally:
            client.close()

    def _client(self) -> SMTP:
        server, has_login = self.server, self.server.username is not None
        return SMTP(
            hostname=server.host,
            port=server.port,
            username=server.username,
            password=server.password,
            local_hostname=self.sender.domain,
            timeout=_COMMAND_SECONDS,
            use_tls=server.by_tls,
            # with a password, only over TLS with a verified certificate; without one, STARTTLS
            # where it is offered, as mail servers do
            start_tls=False if server.by_tls else has_login or None,
            validate_certs=server.by_tls or has_login,
        )


@dataclass(frozen=True, slots=True)
class SmtpOutbox:
    """An open connection."""

    client: SMTP
    sender: Address

    async def send(self, mail: Mail) -> None:
        """Send a mail; raises MailRefused, MailPutOff and MailServerFailed."""
        try:
            message = message_of(mail, self.sender)
        except (ValueError, IndexError) as error:
            raise MailRefused("The address is none.") from error
        options = [] if mail.to.isascii() else ["SMTPUTF8"]
        with step("send mail", "client"), _failures(), _refusals():
            await self.client.sendmail(
                self.sender.addr_spec, [mail.to], message, mail_options=options
            )


@contextmanager
def _refusals() -> Iterator[None]:
    """Return the error for an answer about one mail: a permanent one for 5xx."""
    try:
        yield
    except SMTPRecipientsRefused as error:
        raise _refusal(error.recipients[0]) from error
    except SMTPDataError as error:
        raise _refusal(error) from error
    except (SMTPNotSupported, ValueError) as error:
        raise MailRefused("The mail server does not know such addresses.") from error


def _refusal(error: SMTPResponseException) -> MailRefused | MailPutOff:
    _log.warning("the mail server answered %d: %s", error.code, error.message)
    kind = MailRefused if error.code >= 500 else MailPutOff
    return kind(f"The mail server answered {error.code}.")


@contextmanager
def _failures() -> Iterator[None]:
    try:
        yield
    except (SMTPException, OSError) as error:
        # not the server's words: the author of the post reads them
        name = type(error).__name__
        raise MailServerFailed(f"The mail server takes no mail: {name}.") from error
