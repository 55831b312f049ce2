"""A uvicorn server that drains: it loses no request when it is stopped.

uvicorn closes its listener and all idle connections at once: a request that is in transit is then
reset. This server announces its end first (`/readyz`, `Connection: close`), and closes after
clients have had the time to react.
"""

import asyncio
import logging
import signal
from socket import socket
from time import monotonic
from types import FrameType

import uvicorn

from interface.cli.listeners import hear, take_no_new_connections
from interface.http.connections import end_slow_ones

# for load balancers to see that /readyz gives 503; none after SIGINT, from a terminal
ACCEPT_SECONDS = 3.0
_EMPTYING_SECONDS = 0.3
_GRACE_SECONDS = 1.0  # for requests under way on connections that seem idle
ANSWER_SECONDS = 25  # for requests that run: with the above, 30 seconds in all
_TICK_SECONDS = 0.05
_TICKS_OF_SECOND = 10  # of uvicorn's
_CLOSE = (b"connection", b"close")
_log = logging.getLogger("broadsheet")


class DrainingServer(uvicorn.Server):
    """Drains at the first signal, ends at once at the second.

    A supervised one shares its listener with other processes: the supervisor closes the listener,
    and handles the signals that a terminal sends to all of them.
    """

    def __init__(self, config: uvicorn.Config, *, is_supervised: bool = False) -> None:
        super().__init__(config)
        self._is_supervised = is_supervised
        self._accept_seconds = 0.0

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if self._is_supervised and sig == signal.SIGINT:
            return
        if self.should_exit:
            self.force_exit = True
        elif sig == signal.SIGTERM:
            self._accept_seconds = ACCEPT_SECONDS
        self.should_exit = True

    async def on_tick(self, counter: int) -> bool:
        if counter % _TICKS_OF_SECOND == 0:
            end_slow_ones(self.server_state.connections, asyncio.get_running_loop().time())
        return await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket] | None = None) -> None:
        _log.info("draining: answering what is under way, then the end")
        self._announce()
        await self._serve_on(self._accept_seconds)
        if not self._is_supervised:
            self._take_no_new_connections()
        await self._serve_on(_EMPTYING_SECONDS)
        self._hear_late_ones()
        for server in self.servers:
            server.close()
        await self._serve_on(_GRACE_SECONDS, while_connected=True)
        await super().shutdown(sockets)

    def _announce(self) -> None:
        self.lifespan.state["draining"] = True
        self.config.encoded_headers.append(_CLOSE)
        for connection in self.server_state.connections:
            cycle = getattr(connection, "cycle", None)
            # an answer that has begun has announced keep-alive: its connection gets the grace
            # period
            if cycle is not None and not cycle.response_started:
                cycle.keep_alive = False

    async def _serve_on(self, seconds: float, *, while_connected: bool = False) -> None:
        end = monotonic() + seconds
        while monotonic() < end and not self.force_exit:
            if while_connected and not self.server_state.connections:
                return
            await self.on_tick(0)  # updates the default headers of answers
            await asyncio.sleep(_TICK_SECONDS)

    def _hear_late_ones(self) -> None:
        for connection in self.server_state.connections:
            if one := connection.transport.get_extra_info("socket"):
                hear(one)

    def _take_no_new_connections(self) -> None:
        for server in self.servers:
            for listener in server.sockets:
                take_no_new_connections(listener)
