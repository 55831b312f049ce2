"""The command line as people use it: a process of its own, in a folder of its own."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from tests.harness.ports import free_port
from tests.harness.waiting import wait_until

ROOT = Path(__file__).parents[2]
_COMMAND = (sys.executable, str(ROOT / "main.py"))
# all else that the machine has set stays outside
_ENVIRONMENT = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}


@dataclass(frozen=True)
class CommandLine:
    """Runs `python main.py` in a folder."""

    folder: Path

    def run(self, *arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
        return self._run(arguments, environment, subprocess.PIPE)

    def said(self, *arguments: str | Path, **environment: str) -> tuple[int, str, str]:
        """Give the exit code, what went to stdout, and what to stderr."""
        done = self.run(*arguments, **environment)
        return done.returncode, done.stdout, done.stderr

    def on_terminal(self, *arguments: str | Path) -> str:
        """Give what a terminal shows of stderr."""
        ours, theirs = os.openpty()
        with os.fdopen(ours, "rb", buffering=0) as terminal:
            self._run(arguments, {}, stderr=theirs)
            os.close(theirs)
            return terminal.read(65536).decode()

    def rows(self, statement: str) -> list[tuple[object, ...]]:
        with closing(sqlite3.connect(self.folder / "data" / "broadsheet.db")) as database:
            return database.execute(statement).fetchall()

    def dump(self) -> list[str]:
        with closing(sqlite3.connect(self.folder / "data" / "broadsheet.db")) as database:
            return list(database.iterdump())

    @contextmanager
    def server(self) -> Iterator[str]:
        """A server that answers; gives its address."""
        port = free_port()
        command = (*_COMMAND, "serve", "--port", str(port))
        with (self.folder / "server.log").open("wb") as log:
            process = subprocess.Popen(
                command, cwd=self.folder, env=_ENVIRONMENT, stdout=log, stderr=log
            )
        address = f"http://127.0.0.1:{port}"
        try:
            wait_until(lambda: _answers(address), "the server answers", timeout=30)
            yield address
        finally:
            process.terminate()
            process.wait(timeout=30)

    def _run(
        self, arguments: tuple[str | Path, ...], environment: dict[str, str], stderr: int
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*_COMMAND, *map(str, arguments)],
            cwd=self.folder,
            env=_ENVIRONMENT | environment,
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
            timeout=60,
        )


def _answers(address: str) -> bool:
    try:
        with urlopen(f"{address}/healthz", timeout=5) as answer:
            return bool(answer.status == 200)
    except URLError:
        return False
