"""Programs in processes of their own, without the seconds that their modules take to load.

Each is a copy of an interpreter that has loaded the modules and done nothing else. What they do
while they load depends on no variable and no folder; `core.dependencies.messaging`, which reads the
settings, is loaded by each worker itself.
"""

import atexit
import os
import runpy
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from threading import Lock

_ROOT = Path(__file__).parents[2]
_MAIN = str(_ROOT / "main.py")
_LOADED = [
    "interface.cli.app",
    "interface.http.app",
    "core.blog.container",
    "core.dependencies.ending",
    "core.dependencies.worker",
    "core.dependencies.worker_start",
    "celery.__main__",
    "celery.apps.worker",
    "celery.bin.celery",
    "celery.concurrency.prefork",
    "celery.fixups.django",
    "kombu.transport.pyamqp",
    "kombu.transport.redis",
    "multiprocessing.popen_spawn_posix",
    "pwdlib.hashers.argon2",
    "rich.progress",
    "uvicorn.lifespan.on",
    "uvicorn.loops.asyncio",
    "uvicorn.protocols.http.httptools_impl",
    "uvicorn.protocols.websockets.auto",
]
_PROCESSES = get_context("forkserver")
_PROCESSES.set_forkserver_preload(_LOADED)
# the bookkeeping of processes is not made for threads
_BOOKS = Lock()

Said = subprocess.CompletedProcess[str]


@dataclass(frozen=True)
class Program:
    """A module, or else `main.py`, with its arguments, its folder and its only variables."""

    arguments: tuple[str, ...]
    folder: Path
    environment: Mapping[str, str]
    module: str = ""

    def become(self, out: Path, err: Path) -> None:
        """Run it in place of this process; what it says is appended to these files."""
        _redirect(0, os.devnull, os.O_RDONLY)
        sys.stdin = os.fdopen(0, closefd=False)
        for stream, path in ((1, out), (2, err)):
            _redirect(stream, path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.chdir(self.folder)
        os.environ.clear()
        os.environ.update(self.environment)
        sys.argv = [self.module or _MAIN, *self.arguments]
        try:
            self._run()
        finally:
            atexit._run_exitfuncs()

    def _run(self) -> None:
        if self.module:
            runpy.run_module(self.module, run_name="__main__", alter_sys=True)
        else:
            runpy.run_path(_MAIN, run_name="__main__")


def _redirect(stream: int, path: Path | str, how: int) -> None:
    opened = os.open(path, how, 0o644)
    os.dup2(opened, stream)
    os.close(opened)


class ForkedProcess:
    """A program's process, with what tests use of `subprocess.Popen`."""

    def __init__(self, program: Program, out: Path, err: Path) -> None:
        self._arguments = program.arguments
        for path in (out, err):
            path.touch()  # whoever waits for what it says reads them at once
        with _BOOKS, _modules_found():
            self._process: BaseProcess = _PROCESSES.Process(target=program.become, args=(out, err))
            self._process.start()
        self.pid: int = self._process.pid or 0
        atexit.register(self.kill)

    @property
    def returncode(self) -> int | None:
        """The exit code; negative for the signal that ended it, None while it runs."""
        return self.poll()

    def poll(self) -> int | None:
        with _BOOKS:
            return self._process.exitcode

    def wait(self, seconds: float | None = None) -> int:
        """Return the exit code once it has ended; raises subprocess.TimeoutExpired."""
        if self.poll() is None:
            wait([self._process.sentinel], seconds)
        code = self.poll()
        if code is None:
            raise subprocess.TimeoutExpired(self._arguments, seconds or 0)
        atexit.unregister(self.kill)
        return code

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


def run(program: Program, outputs: Path, seconds: float) -> Said:
    """Run a program to its end; raises subprocess.TimeoutExpired."""
    out, err = outputs / "out", outputs / "err"
    process = ForkedProcess(program, out, err)
    try:
        code = process.wait(seconds)
    finally:
        process.kill()
    return Said(program.arguments, code, out.read_text(), err.read_text())


@contextmanager
def _modules_found() -> Iterator[None]:
    """Let the first process, of which all others are copies, find the modules."""
    former = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = str(_ROOT)
    try:
        yield
    finally:
        del os.environ["PYTHONPATH"]
        if former is not None:
            os.environ["PYTHONPATH"] = former
