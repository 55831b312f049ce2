"""The command line as people use it: a process of its own, in a folder of its own."""

import os
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.support.server import ENVIRONMENT, MAIN, run_main, serving


@dataclass(frozen=True)
class CommandLine:
    """Runs `python main.py` in a folder."""

    folder: Path

    def run(self, *arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
        return run_main(self.folder, *map(str, arguments), **environment)

    def said(self, *arguments: str | Path, **environment: str) -> tuple[int, str, str]:
        """Return the exit code, what went to stdout, and what to stderr."""
        done = self.run(*arguments, **environment)
        return done.returncode, done.stdout, done.stderr

    def fed(self, given: str, *arguments: str) -> tuple[int, str, str]:
        """Return the same for a command with a standard input."""
        done = subprocess.run(
            [*MAIN, *arguments],
            cwd=self.folder,
            env=ENVIRONMENT,
            input=given,
            capture_output=True,
            text=True,
            timeout=180,
        )
        return done.returncode, done.stdout, done.stderr

    def on_terminal(self, *arguments: str | Path) -> str:
        """Return what a terminal shows of stderr."""
        ours, theirs = os.openpty()
        with os.fdopen(ours, "rb", buffering=0) as terminal:
            command = [*MAIN, *map(str, arguments)]
            subprocess.run(command, cwd=self.folder, env=ENVIRONMENT, stderr=theirs, timeout=180)
            os.close(theirs)
            return terminal.read(65536).decode()

    def rows(self, statement: str) -> list[tuple[object, ...]]:
        with closing(sqlite3.connect(self.folder / "data" / "broadsheet.db")) as database:
            return database.execute(statement).fetchall()

    def dump(self) -> list[str]:
        with closing(sqlite3.connect(self.folder / "data" / "broadsheet.db")) as database:
            return list(database.iterdump())

    @contextmanager
    def server(self, **environment: str) -> Iterator[str]:
        """A server that answers; returns its address."""
        with serving(self.folder, **environment) as server:
            yield server.address
