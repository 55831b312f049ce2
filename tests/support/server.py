"""A server in a process of its own, in a folder of its own, as people start it."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from tests.harness.ports import free_port
from tests.harness.waiting import wait_until

ROOT = Path(__file__).parents[2]
# all else that the machine has set stays outside; tests call more often than people do
ENVIRONMENT = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ} | {
    "RATE_LIMITS": "off"
}
IN_PRODUCTION = {
    "ENVIRONMENT": "production",
    "DATABASE_URL": "sqlite:///data/broadsheet.db",
    "JWT_SECRET": "a secret that is long enough for HS256",
    "ALLOWED_HOSTS": "127.0.0.1",
}
MAIN = (sys.executable, str(ROOT / "main.py"))
_TIMEOUT_SECONDS = 180


@dataclass(frozen=True)
class Server:
    """A server that answers."""

    process: subprocess.Popen[bytes]
    address: str
    log: Path


@contextmanager
def serving(folder: Path, *options: str, **environment: str) -> Iterator[Server]:
    """Run `python main.py serve` until the end of the block."""
    port = free_port()
    server = _start(folder, port, (*MAIN, "serve", "--port", str(port), *options), environment)
    try:
        wait_until(lambda: _answers(server), "the server answers", _TIMEOUT_SECONDS)
        yield server
    finally:
        # as from a terminal, which no balancer waits for
        server.process.send_signal(signal.SIGINT)
        server.process.wait(_TIMEOUT_SECONDS)


@contextmanager
def serving_in_production(folder: Path, **environment: str) -> Iterator[Server]:
    """Run the same as in production, from a file of SQLite."""
    settings = IN_PRODUCTION | environment
    subprocess.run(
        [*MAIN, "migrate"], cwd=folder, env=ENVIRONMENT | settings, check=True, capture_output=True
    )
    with serving(folder, **settings) as server:
        yield server


@asynccontextmanager
async def serving_beside(folder: Path, **environment: str) -> AsyncIterator[Server]:
    """Run the same where the event loop goes on meanwhile: that of the server's proxies."""
    started = serving(folder, **environment)
    server = await asyncio.to_thread(started.__enter__)
    try:
        yield server
    finally:
        await asyncio.to_thread(started.__exit__, None, None, None)


@contextmanager
def stacked(folder: Path) -> Iterator[str]:
    """Run what `make stack` runs; returns the address."""
    port = free_port()
    command = (sys.executable, "-m", "tests.harness.stack", "serve", str(port))
    server = _start(folder, port, command, {"PYTHONPATH": str(ROOT)})
    try:
        wait_until(lambda: _answers(server), "the stack answers", _TIMEOUT_SECONDS)
        yield server.address
    finally:
        server.process.send_signal(signal.SIGINT)
        server.process.wait(_TIMEOUT_SECONDS)


def _start(
    folder: Path, port: int, command: tuple[str, ...], environment: dict[str, str]
) -> Server:
    log = folder / "server.log"
    with log.open("wb") as file:
        process = subprocess.Popen(
            command, cwd=folder, env=ENVIRONMENT | environment, stdout=file, stderr=file
        )
    return Server(process, f"http://127.0.0.1:{port}", log)


def _answers(server: Server) -> bool:
    assert server.process.poll() is None, server.log.read_text()
    try:
        with urlopen(f"{server.address}/healthz", timeout=5) as answer:
            return bool(answer.status == 200)
    except URLError:
        return False
