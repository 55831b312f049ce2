"""Mails as lines of the log, for deployments without a mail server."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from application.mail.ports import Mail
from application.tracing import step

_log = logging.getLogger("broadsheet.mail")


class LoggedMailer:
    """Logs mails instead of sending them."""

    @asynccontextmanager
    async def opened(self) -> AsyncIterator["LoggedMailer"]:
        yield self

    async def send(self, mail: Mail) -> None:
        with step("send mail"):
            _log.info("a mail to %s: %s\n\n%s", mail.to, mail.subject, mail.text)
