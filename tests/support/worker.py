"""A worker of Celery's in processes of its own."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.harness.waiting import wait_until
from tests.support.forked import ForkedProcess, Program
from tests.support.server import ENVIRONMENT, ROOT

_TIMEOUT_SECONDS = 180
_SPY = Path(sys.executable).with_name("py-spy")
APP = "core.dependencies.messaging.celery"


@dataclass(frozen=True)
class RunningWorker:
    """A worker that is ready for jobs."""

    process: ForkedProcess
    log: Path

    def kill(self) -> None:
        """End it at once, with its children."""
        for pid in (*children_of(self.process.pid), self.process.pid):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait(_TIMEOUT_SECONDS)


@contextmanager
def working(
    folder: Path, name: str, *options: str, app: str = APP, **environment: str
) -> Iterator[RunningWorker]:
    """Run a worker until the end of the block."""
    worker = start_worker(folder, name, *options, app=app, **environment)
    try:
        yield worker
    finally:
        if worker.process.poll() is None:
            worker.process.send_signal(signal.SIGTERM)
            check_ends(worker, _TIMEOUT_SECONDS)


def start_worker(
    folder: Path, name: str, *options: str, app: str = APP, **environment: str
) -> RunningWorker:
    """Start one, and wait until it is ready; whoever starts it ends it."""
    worker = _launched(folder, name, *options, app=app, **environment)
    wait_until(lambda: _is_ready(worker), "the worker is ready", _TIMEOUT_SECONDS)
    return worker


def check_ends(worker: RunningWorker, seconds: float) -> int:
    """Wait until a worker ends; returns its code. One that hangs is killed, and the error says
    where."""
    try:
        return worker.process.wait(seconds)
    except subprocess.TimeoutExpired as hangs:
        hangs.add_note(f"{stacks_of(worker.process.pid)}\n{worker.log.read_text()[-3000:]}")
        worker.kill()
        raise


def stacks_of(pid: int) -> str:
    """What all threads of a process and of its children do; py-spy says itself what it lacks."""
    stacks = []
    for each in (pid, *children_of(pid)):
        command = (str(_SPY), "dump", "--pid", str(each))
        told = subprocess.run(command, capture_output=True, text=True, timeout=_TIMEOUT_SECONDS)
        stacks.append(told.stdout + told.stderr)
    return "\n".join(stacks)


def refused(folder: Path, *options: str, **environment: str) -> tuple[int, str]:
    """Start one that is to end by itself; returns the exit code, and all it says."""
    worker = _launched(folder, "refused", *options, app=APP, **environment)
    try:
        return worker.process.wait(_TIMEOUT_SECONDS), worker.log.read_text()
    finally:
        worker.kill()


def _launched(
    folder: Path, name: str, *options: str, app: str, **environment: str
) -> RunningWorker:
    log = folder / f"{name}.log"
    arguments = ("-A", app, "worker", "-n", f"{name}@%h", "--loglevel=info", *options)
    variables = ENVIRONMENT | {"PYTHONPATH": str(ROOT)} | environment
    program = Program(arguments, folder, variables, module="celery")
    return RunningWorker(ForkedProcess(program, log, log), log)


def _is_ready(worker: RunningWorker) -> bool:
    assert worker.process.poll() is None, worker.log.read_text()
    return " ready." in worker.log.read_text()


def children_of(pid: int) -> list[int]:
    """The processes that a process has started."""
    found = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True)
    return [int(child) for child in found.stdout.split()]
