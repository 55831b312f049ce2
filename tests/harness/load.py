"""Clients that send requests over kept connections without a pause, until none can connect."""

import asyncio
from asyncio import StreamReader, StreamWriter
from dataclasses import dataclass, field

_TIMEOUT_SECONDS = 90


@dataclass
class Load:
    """Calls of one address, and what became of each request that was sent."""

    host: str
    port: int
    path: str
    statuses: list[int] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)

    async def run(self, clients: int) -> None:
        """Send requests until connections are refused; raises TimeoutError if they never are."""
        async with asyncio.timeout(_TIMEOUT_SECONDS), asyncio.TaskGroup() as group:
            for _ in range(clients):
                group.create_task(self._ask_on())

    async def _ask_on(self) -> None:
        while True:
            try:
                reader, writer = await asyncio.open_connection(self.host, self.port)
            except ConnectionRefusedError:
                return
            try:
                await self._ask_on_one_connection(reader, writer)
            except (OSError, asyncio.IncompleteReadError) as error:
                self.lost.append(repr(error))
            finally:
                writer.close()

    async def _ask_on_one_connection(self, reader: StreamReader, writer: StreamWriter) -> None:
        keeps = True
        while keeps:
            writer.write(f"GET {self.path} HTTP/1.1\r\nHost: {self.host}\r\n\r\n".encode())
            head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
            status, headers = _parsed(head)
            await reader.readexactly(int(headers["content-length"]))
            self.statuses.append(status)
            keeps = headers.get("connection") != "close"


def _parsed(head: str) -> tuple[int, dict[str, str]]:
    first, *lines = head.strip().split("\r\n")
    return int(first.split()[1]), dict(line.split(": ", 1) for line in lines)
