"""The proxy forwards, delays, slices, holds back, cuts and refuses."""

import asyncio
import time
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator

import pytest

from tests.harness.proxy import TcpProxy

PATIENCE = 5


@pytest.fixture
async def proxy() -> AsyncIterator[TcpProxy]:
    echo = await asyncio.start_server(echo_back, "127.0.0.1", 0)
    async with echo, TcpProxy("127.0.0.1", echo.sockets[0].getsockname()[1]) as proxy:
        yield proxy


async def echo_back(reader: StreamReader, writer: StreamWriter) -> None:
    while data := await reader.read(100):
        writer.write(data)
    writer.close()


class Caller:
    """A connection through the proxy."""

    def __init__(self, reader: StreamReader, writer: StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def hears(self, length: int, within: float = PATIENCE) -> bytes:
        return await asyncio.wait_for(self.reader.readexactly(length), within)


@pytest.fixture
async def caller(proxy: TcpProxy) -> AsyncIterator[Caller]:
    reader, writer = await asyncio.open_connection(proxy.host, proxy.port)
    yield Caller(reader, writer)
    writer.close()


async def test_it_forwards_both_ways(caller: Caller) -> None:
    caller.writer.write(b"hello")
    assert await caller.hears(5) == b"hello"


async def test_it_ends_when_the_caller_has_said_all(caller: Caller) -> None:
    caller.writer.write(b"last")
    caller.writer.write_eof()
    assert await asyncio.wait_for(caller.reader.read(), PATIENCE) == b"last"


async def test_every_chunk_waits_for_the_delay(proxy: TcpProxy, caller: Caller) -> None:
    proxy.delay, proxy.slice = 0.05, 2
    started = time.monotonic()
    caller.writer.write(b"abcd")
    assert await caller.hears(4) == b"abcd"
    # Two chunks there, and one at least back.
    assert time.monotonic() - started >= 0.15


async def test_it_holds_data_back_until_resumed(proxy: TcpProxy, caller: Caller) -> None:
    proxy.stall()
    caller.writer.write(b"hello")
    with pytest.raises(TimeoutError):
        await caller.hears(1, within=0.1)
    proxy.resume()
    assert await caller.hears(5) == b"hello"


async def test_it_cuts_connections_and_takes_new_ones(proxy: TcpProxy, caller: Caller) -> None:
    caller.writer.write(b"x")
    await caller.hears(1)
    proxy.cut()
    with pytest.raises((asyncio.IncompleteReadError, ConnectionError)):
        await caller.hears(1)
    _, writer = await asyncio.open_connection(proxy.host, proxy.port)
    writer.close()


async def test_it_refuses_and_accepts_again_on_its_port(proxy: TcpProxy) -> None:
    await proxy.refuse()
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection(proxy.host, proxy.port)
    await proxy.accept()
    _, writer = await asyncio.open_connection(proxy.host, proxy.port)
    writer.close()
