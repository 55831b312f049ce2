"""A TCP proxy that makes a network slow, silent or broken, between a test and a server."""

import asyncio
from asyncio import StreamReader, StreamWriter
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from enum import Enum
from typing import Self

from tests.harness.ports import free_port

READ_SIZE = 65_536


class Direction(Enum):
    """One of the two ways through a proxy."""

    TO_SERVER = "to the server"
    TO_CLIENT = "to the client"


class TcpProxy:
    """Forwards 127.0.0.1:port to a target; runs in the test's event loop: do not block it."""

    def __init__(self, target_host: str, target_port: int) -> None:
        self.host = "127.0.0.1"
        self.port = free_port()
        self.delay = 0.0  # seconds that every chunk waits
        self.slice = READ_SIZE  # bytes in a chunk
        self._target = (target_host, target_port)
        self._flowing = asyncio.Event()
        self._flowing.set()
        self._swallowed: set[Direction] = set()
        self._heard = asyncio.Event()
        self._heard.set()
        self._connections: set[asyncio.Task[None]] = set()
        self._targets: set[StreamWriter] = set()
        # strong references: a writer that is collected closes its socket
        self._orphans: set[StreamWriter] = set()

    async def __aenter__(self) -> Self:
        await self.accept()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.refuse()
        self.cut()
        await asyncio.gather(*self._connections, return_exceptions=True)
        for orphan in self._orphans:
            orphan.transport.abort()

    def url_to(self, url: str) -> str:
        """Return an address of the target with the proxy's port instead of its own."""
        _, port = self._target
        return url.replace(f":{port}", f":{self.port}")

    async def accept(self) -> None:
        """Takes connections again, on the same port."""
        self._server = await asyncio.start_server(self._connected, self.host, self.port)

    async def refuse(self) -> None:
        """Refuses new connections; those that are open go on."""
        self._server.close()

    @property
    def accepts(self) -> bool:
        """Whether it takes new connections."""
        return self._server.is_serving()

    def stall(self) -> None:
        """Holds all data back; connections stay open."""
        self._flowing.clear()

    def swallow(self, *directions: Direction) -> None:
        """Drops all data and FINs, as a firewall does; by default in both directions.

        A stream that lost bytes stays silent after `resume`, until an end closes it.
        """
        self._swallowed.update(directions or Direction)
        self._heard.clear()

    def resume(self) -> None:
        """Lets the data that was held back through, and loses no more."""
        self._flowing.set()
        self._swallowed.clear()
        self._heard.set()

    def cut(self) -> None:
        """Breaks every open connection."""
        for connection in self._connections:
            connection.cancel()

    def vanish(self) -> None:
        """Loses the host of all clients: the target hears nothing of it, not even an end."""
        self._orphans |= self._targets
        self.cut()

    # Not a coroutine, so that the task is ours: asyncio would report its cancellation as an error.
    def _connected(self, reader: StreamReader, writer: StreamWriter) -> None:
        if not self.accepts:
            # taken in the moment in which it began to refuse: `cut` would miss it
            writer.transport.abort()
            return
        task = asyncio.create_task(self._connect(reader, writer))
        self._connections.add(task)
        task.add_done_callback(self._connections.discard)

    async def _connect(self, reader: StreamReader, writer: StreamWriter) -> None:
        with suppress(ConnectionError), closed_at_the_end(writer):
            target_reader, target_writer = await asyncio.open_connection(*self._target)
            with self._known(target_writer), closed_at_the_end(target_writer, self._orphans):
                async with asyncio.TaskGroup() as both_ways:
                    there, back = Direction
                    both_ways.create_task(self._forward(there, reader, target_writer))
                    both_ways.create_task(self._forward(back, target_reader, writer))

    @contextmanager
    def _known(self, target: StreamWriter) -> Iterator[None]:
        self._targets.add(target)
        try:
            yield
        finally:
            self._targets.discard(target)

    async def _forward(
        self, direction: Direction, reader: StreamReader, writer: StreamWriter
    ) -> None:
        has_hole = False
        with suppress(ConnectionError):
            while data := await reader.read(READ_SIZE):
                has_hole = has_hole or direction in self._swallowed
                if not has_hole:
                    await self._pass_on(data, writer)
        while direction in self._swallowed:
            await self._heard.wait()
        with suppress(OSError):  # the other end may have gone meanwhile
            writer.write_eof()

    async def _pass_on(self, data: bytes, writer: StreamWriter) -> None:
        for start in range(0, len(data), self.slice):
            await asyncio.sleep(self.delay)
            await self._flowing.wait()
            writer.write(data[start : start + self.slice])
            await writer.drain()


@contextmanager
def closed_at_the_end(
    writer: StreamWriter, orphans: Collection[StreamWriter] = ()
) -> Iterator[None]:
    """Sends what is left, then closes; where the connection was cut, drops what is left."""
    try:
        yield
    except asyncio.CancelledError:
        if writer not in orphans:
            writer.transport.abort()
        raise
    finally:
        if writer not in orphans:
            writer.close()
