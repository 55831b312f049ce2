"""The broker's state for `/readyz`; no request depends on it."""

import asyncio
from time import monotonic

from kombu.connection import Connection
from kombu.exceptions import KombuError

_CONNECT_SECONDS = 1
_ANSWER_SECONDS = 2.0
_PERIOD_SECONDS = 5.0  # frequent checks of /readyz do not each open a connection


class BrokerProbe:
    """Checks whether the broker accepts a connection, at most once in some seconds."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._next = 0.0
        self._last: asyncio.Future[bool] | None = None

    async def answers(self) -> bool:
        """Return whether it accepted a connection, at most some seconds ago."""
        if self._last is None or monotonic() >= self._next:
            self._next = monotonic() + _PERIOD_SECONDS
            self._last = asyncio.ensure_future(asyncio.to_thread(self._connects))
        try:
            async with asyncio.timeout(_ANSWER_SECONDS):
                return await asyncio.shield(self._last)
        except TimeoutError:
            return False

    def _connects(self) -> bool:
        # the only timeouts of Celery's Redis transport: without them a Redis that hangs blocks the
        # thread
        of_redis = dict.fromkeys(("socket_timeout", "socket_connect_timeout"), _CONNECT_SECONDS)
        options = of_redis if self._url.startswith("redis") else {}
        try:
            with Connection(  # type: ignore[no-untyped-call]
                self._url, connect_timeout=_CONNECT_SECONDS, transport_options=options
            ) as connection:
                connection.ensure_connection(max_retries=1, interval_start=0)
        except (KombuError, OSError):
            return False
        return True
