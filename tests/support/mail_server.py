"""A mail server on loopback, in the loop of the test."""

import asyncio
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope

from tests.harness.ports import free_port


def _do_nothing(_: "Post") -> None:
    pass


@dataclass
class Post:
    """What came in, and how the server behaves."""

    port: int = field(default_factory=free_port)
    mails: list[EmailMessage] = field(default_factory=list)
    lines: list[bytes] = field(default_factory=list)  # of all mails, as they came
    refused: dict[str, str] = field(default_factory=dict)  # addresses, and what is said of them
    is_hung: bool = False
    # done with a mail that is in, before its sender hears of it
    after_mail: Callable[["Post"], None] = _do_nothing
    options: dict[str, Any] = field(default_factory=dict)  # of aiosmtpd's
    tls: ssl.SSLContext | None = None  # TLS from the first byte
    logins: list[tuple[str, str]] = field(default_factory=list)
    _server: asyncio.Server | None = None

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def addresses(self) -> list[str]:
        return [mail["To"] for mail in self.mails]

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Any, envelope: Envelope, address: str, _options: Any
    ) -> str:
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Any, envelope: Envelope) -> str:  # noqa: N802
        if self.is_hung:
            await asyncio.Event().wait()
        assert isinstance(envelope.content, bytes)
        mail = message_from_bytes(envelope.content, policy=policy.default)
        assert [mail["To"]] == envelope.rcpt_tos
        self.mails.append(mail)
        self.lines += envelope.content.splitlines()
        self.after_mail(self)
        return "250 OK"

    async def open(self) -> None:
        loop = asyncio.get_running_loop()

        def session() -> SMTP:
            return SMTP(self, loop=loop, hostname="mail.test", **self.options)

        self._server = await loop.create_server(session, "127.0.0.1", self.port, ssl=self.tls)

    async def close(self) -> None:
        if self._server:
            self._server.close()
            await self._server.wait_closed()
