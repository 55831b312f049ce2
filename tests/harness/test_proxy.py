"""The proxy forwards, delays, slices, holds back, swallows, cuts, vanishes and refuses."""

import asyncio
import time
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from tests.harness.proxy import Direction, TcpProxy
from tests.support.waiting import until

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


async def test_what_it_swallows_is_lost_and_the_connection_stays_silent(
    proxy: TcpProxy, caller: Caller
) -> None:
    proxy.swallow()
    caller.writer.write(b"lost")
    with pytest.raises(TimeoutError):
        await caller.hears(1, within=0.1)
    proxy.resume()
    caller.writer.write(b"too late")
    with pytest.raises(TimeoutError):
        await caller.hears(1, within=0.1)
    caller.writer.write_eof()
    assert await asyncio.wait_for(caller.reader.read(), PATIENCE) == b""


async def test_while_it_swallows_new_connections_are_taken_and_silent(proxy: TcpProxy) -> None:
    proxy.swallow()
    silent = Caller(*await asyncio.open_connection(proxy.host, proxy.port))
    silent.writer.write(b"lost")
    with pytest.raises(TimeoutError):
        await silent.hears(1, within=0.1)
    proxy.resume()
    works = Caller(*await asyncio.open_connection(proxy.host, proxy.port))
    works.writer.write(b"hello")
    assert await works.hears(5) == b"hello"
    silent.writer.close()
    works.writer.close()


async def test_a_connection_that_lost_nothing_goes_on(proxy: TcpProxy, caller: Caller) -> None:
    proxy.swallow()
    proxy.resume()
    caller.writer.write(b"hello")
    assert await caller.hears(5) == b"hello"


class Listener:
    """A server that answers once and notes what each connection brought and whether it ended."""

    def __init__(self) -> None:
        self.heard = b""
        self.has_ended = False
        self.writers: list[StreamWriter] = []

    async def __call__(self, reader: StreamReader, writer: StreamWriter) -> None:
        self.writers.append(writer)
        while data := await reader.read(100):
            self.heard += data
            writer.write(b"heard")
        self.has_ended = True
        writer.close()


@asynccontextmanager
async def listening() -> AsyncIterator[tuple[Listener, TcpProxy, Caller]]:
    """A listener, a proxy before it, and a connection that has reached both."""
    listener = Listener()
    server = await asyncio.start_server(listener, "127.0.0.1", 0)
    async with server, TcpProxy("127.0.0.1", server.sockets[0].getsockname()[1]) as proxy:
        caller = Caller(*await asyncio.open_connection(proxy.host, proxy.port))
        await until(lambda: bool(listener.writers), "the target has a connection")
        yield listener, proxy, caller
        caller.writer.close()


@pytest.mark.parametrize(
    ("direction", "reaches"), [(Direction.TO_SERVER, b""), (Direction.TO_CLIENT, b"hello")]
)
async def test_it_swallows_one_way_alone(direction: Direction, reaches: bytes) -> None:
    async with listening() as (listener, proxy, caller):
        proxy.swallow(direction)
        caller.writer.write(b"hello")
        with pytest.raises(TimeoutError):
            await caller.hears(1, within=0.1)
        assert listener.heard == reaches
        listener.writers[0].write(b"news")
        if direction is Direction.TO_SERVER:
            assert await caller.hears(4) == b"news"


async def test_an_end_of_a_connection_is_swallowed_too() -> None:
    async with listening() as (listener, proxy, caller):
        proxy.swallow(Direction.TO_SERVER)
        caller.writer.close()
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await until(lambda: listener.has_ended, "the target hears of it")
        proxy.resume()
        await until(lambda: listener.has_ended, "the target hears of it")


async def test_the_target_hears_nothing_of_a_client_that_vanished() -> None:
    async with listening() as (listener, proxy, caller):
        caller.writer.write(b"hello")
        await caller.hears(5)
        proxy.vanish()
        with pytest.raises((asyncio.IncompleteReadError, ConnectionError)):
            await caller.hears(1)
        listener.writers[0].write(b"to nobody")
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await until(lambda: listener.has_ended, "the target hears of it")
        assert not listener.writers[0].is_closing()
    await until(lambda: listener.has_ended, "the target hears of the end")
