"""SIGTERM under load: every request that was sent is answered, and nobody's connection is reset."""

import asyncio
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from httpx import AsyncClient

from interface.cli.listeners import hear, take_no_new_connections
from tests.e2e.test_server import on_mysql
from tests.harness.load import Load
from tests.support.server import Server, serving
from tests.support.waiting import until

pytestmark = pytest.mark.timing
__all__ = ["on_mysql"]
CLIENTS = 32
FAMILIES = {"127.0.0.1": socket.AF_INET, "::1": socket.AF_INET6}
IP_MINTTL = 21


@asynccontextmanager
async def under_load(server: Server) -> AsyncIterator[Load]:
    """Ask a server from many connections; at the end of the block it must have ended."""
    address = urlsplit(server.address)
    load = Load(str(address.hostname), address.port or 0, "/api/v1/posts")
    task = asyncio.create_task(load.run(CLIENTS))
    await until(lambda: len(load.statuses) > 200, "the load is on")
    yield load
    await task
    await until(lambda: server.process.poll() is not None, "the server has ended")


def check_nothing_lost(server: Server, load: Load) -> None:
    assert load.lost == []
    assert set(load.statuses) == {200}
    assert server.process.returncode == 0
    assert "Traceback" not in server.log.read_text()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_server_that_ends_under_load_loses_nothing(tmp_path: Path, number: int) -> None:
    with serving(tmp_path) as server:
        async with under_load(server) as load:
            server.process.send_signal(number)
        check_nothing_lost(server, load)


async def test_workers_that_end_while_they_are_replaced_lose_nothing(
    on_mysql: dict[str, str], tmp_path: Path
) -> None:
    with serving(tmp_path, "--workers", "2", **on_mysql) as server:
        async with under_load(server) as load:
            server.process.send_signal(signal.SIGHUP)
            await until(lambda: "draining" in server.log.read_text(), "the first one is replaced")
            server.process.send_signal(signal.SIGTERM)
        check_nothing_lost(server, load)
    assert server.log.read_text().count("Started server process") == 3


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_a_listener_that_takes_no_more_keeps_those_that_wait(host: str) -> None:
    with socket.create_server((host, 0), family=FAMILIES[host]) as listener:
        address = listener.getsockname()[:2]
        with socket.create_connection(address, timeout=5) as waits:
            take_no_new_connections(listener)
            with pytest.raises(TimeoutError):
                socket.create_connection(address, timeout=0.1)
            accepted, _ = listener.accept()
            with accepted:
                waits.sendall(b"hello")
                assert accepted.recv(5) == b"hello"


def test_a_connection_that_inherits_the_limit_is_heard() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setsockopt(socket.IPPROTO_IP, IP_MINTTL, 10)
        with socket.create_connection(listener.getsockname()), listener.accept()[0] as late:
            assert late.getsockopt(socket.IPPROTO_IP, IP_MINTTL) == 10
            hear(late)
            assert late.getsockopt(socket.IPPROTO_IP, IP_MINTTL) == 0


async def test_balancers_are_told_at_once(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        async with AsyncClient(base_url=server.address) as client:
            assert "Connection" not in (await client.get("/readyz")).headers
            server.process.send_signal(signal.SIGTERM)
            await until(lambda: "draining" in server.log.read_text(), "it drains")
            # over the connection of before, then over new ones
            for _ in range(3):
                ready = await client.get("/readyz")
                assert (ready.status_code, ready.json()) == (503, {"status": "draining"})
                assert ready.headers["Connection"] == "close"
        assert server.process.poll() is None


async def test_what_is_on_its_way_on_an_idle_connection_is_answered(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        address = urlsplit(server.address)
        reader, writer = await asyncio.open_connection(address.hostname, address.port)
        server.process.send_signal(signal.SIGINT)
        await Load(str(address.hostname), address.port or 0, "/healthz").run(clients=1)
        writer.write(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        answer = (await reader.read()).lower()
        writer.close()
    assert answer.startswith(b"http/1.1 200 ok")
    assert b"connection: close" in answer


async def test_a_second_signal_ends_it_at_once(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        address = urlsplit(server.address)
        _, writer = await asyncio.open_connection(address.hostname, address.port)
        writer.write(b"POST /api/v1/posts HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhalf")
        await writer.drain()
        server.process.send_signal(signal.SIGTERM)
        await until(lambda: "draining" in server.log.read_text(), "it drains")
        server.process.send_signal(signal.SIGTERM)
        # the half request would be waited for twice as long
        async with asyncio.timeout(14):
            await asyncio.to_thread(server.process.wait)
        writer.close()
        assert server.process.returncode == 1
