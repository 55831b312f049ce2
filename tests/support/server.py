"""A server in a process of its own, in a folder of its own."""

import asyncio
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from tests.harness.ports import free_port
from tests.harness.waiting import wait_until
from tests.support.forked import ForkedProcess, Program, Said, run

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
MAIN = (sys.executable, str(ROOT / "main.py"))  # as people start it
_TIMEOUT_SECONDS = 180


@dataclass(frozen=True)
class Server:
    """A server that answers."""

    process: ForkedProcess | subprocess.Popen[bytes]
    address: str
    log: Path


@contextmanager
def serving(folder: Path, *options: str, **environment: str) -> Iterator[Server]:
    """Run `python main.py serve` until the end of the block."""
    port, log = free_port(), new_log(folder)
    arguments = ("serve", "--port", str(port), *options)
    process = ForkedProcess(Program(arguments, folder, ENVIRONMENT | environment), log, log)
    with answering(Server(process, f"http://127.0.0.1:{port}", log)) as server:
        yield server


@contextmanager
def answering(server: Server) -> Iterator[Server]:
    """Wait until a server answers, and end it with the block."""
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
    run_main(folder, "migrate", **settings).check_returncode()
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
    with started(folder, port, command, PYTHONPATH=str(ROOT)) as server:
        yield server.address


@contextmanager
def started(
    folder: Path, port: int, command: tuple[str, ...], **environment: str
) -> Iterator[Server]:
    """Run a command that starts a server on a port, as people do, until the end of the block."""
    log = new_log(folder)
    with log.open("wb") as file:
        process = subprocess.Popen(
            command, cwd=folder, env=ENVIRONMENT | environment, stdout=file, stderr=file
        )
    with answering(Server(process, f"http://127.0.0.1:{port}", log)) as server:
        yield server


def run_main(folder: Path, *arguments: str, **environment: str) -> Said:
    """Run `python main.py` to its end."""
    program = Program(arguments, folder, ENVIRONMENT | environment)
    with tempfile.TemporaryDirectory() as outputs:
        return run(program, Path(outputs), _TIMEOUT_SECONDS)


def new_log(folder: Path) -> Path:
    """Return an empty file for what a server says."""
    log = folder / "server.log"
    log.write_bytes(b"")
    return log


def _answers(server: Server) -> bool:
    assert server.process.poll() is None, server.log.read_text()
    try:
        with urlopen(f"{server.address}/healthz", timeout=5) as answer:
            return bool(answer.status == 200)
    except URLError:
        return False
