"""Mails as lines of the log, for where there is no mail server."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from application.mail.ports import Mail

_log = logging.getLogger("broadsheet.mail")


class LoggedMailer:
    """Has no server: what it is given, it writes down."""

    @asynccontextmanager
    async def opened(self) -> AsyncIterator["LoggedMailer"]:
        yield self

    async def send(self, mail: Mail) -> None:
        _log.info("a mail to %s: %s\n\n%s", mail.to, mail.subject, mail.text)
