"""A TCP proxy that makes a network slow, silent or broken, between a test and a server."""

import asyncio
from asyncio import StreamReader, StreamWriter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Self

from tests.harness.ports import free_port

READ_SIZE = 65_536


class TcpProxy:
    """Forwards 127.0.0.1:port to a target; lives in the test's loop, so never block that loop."""

    def __init__(self, target_host: str, target_port: int) -> None:
        self.host = "127.0.0.1"
        self.port = free_port()
        self.delay = 0.0  # seconds that every chunk waits
        self.slice = READ_SIZE  # bytes in a chunk
        self._target = (target_host, target_port)
        self._flowing = asyncio.Event()
        self._flowing.set()
        self._connections: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        await self.accept()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.refuse()
        self.cut()
        await asyncio.gather(*self._connections, return_exceptions=True)

    async def accept(self) -> None:
        """Takes connections again, on the same port."""
        self._server = await asyncio.start_server(self._connected, self.host, self.port)

    async def refuse(self) -> None:
        """Refuses new connections; those that are open go on."""
        self._server.close()

    def stall(self) -> None:
        """Holds all data back; connections stay open."""
        self._flowing.clear()

    def resume(self) -> None:
        """Lets the data that was held back through."""
        self._flowing.set()

    def cut(self) -> None:
        """Breaks every open connection."""
        for connection in self._connections:
            connection.cancel()

    # Not a coroutine, so that the task is ours: asyncio would report its cancellation as an error.
    def _connected(self, reader: StreamReader, writer: StreamWriter) -> None:
        task = asyncio.create_task(self._connect(reader, writer))
        self._connections.add(task)
        task.add_done_callback(self._connections.discard)

    async def _connect(self, reader: StreamReader, writer: StreamWriter) -> None:
        with suppress(ConnectionError), closed_at_the_end(writer):
            target_reader, target_writer = await asyncio.open_connection(*self._target)
            with closed_at_the_end(target_writer):
                async with asyncio.TaskGroup() as both_ways:
                    both_ways.create_task(self._forward(reader, target_writer))
                    both_ways.create_task(self._forward(target_reader, writer))

    async def _forward(self, reader: StreamReader, writer: StreamWriter) -> None:
        with suppress(ConnectionError):
            while data := await reader.read(READ_SIZE):
                for start in range(0, len(data), self.slice):
                    await asyncio.sleep(self.delay)
                    await self._flowing.wait()
                    writer.write(data[start : start + self.slice])
                    await writer.drain()
        writer.write_eof()


@contextmanager
def closed_at_the_end(writer: StreamWriter) -> Iterator[None]:
    """Sends what is left, then closes; where the connection was cut, drops what is left."""
    try:
        yield
    except asyncio.CancelledError:
        writer.transport.abort()
        raise
    finally:
        writer.close()
