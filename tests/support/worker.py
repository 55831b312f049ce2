"""A worker of Celery's in processes of its own, as people start it."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.harness.waiting import wait_until
from tests.support.server import ENVIRONMENT, ROOT

_PATIENCE_SECONDS = 30
APP = "core.dependencies.messaging.celery"


@dataclass(frozen=True)
class RunningWorker:
    """A worker that is ready for jobs."""

    process: subprocess.Popen[bytes]
    log: Path

    def kill(self) -> None:
        """End it at once, with its children."""
        for pid in (*children_of(self.process.pid), self.process.pid):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait(_PATIENCE_SECONDS)


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
            worker.process.wait(_PATIENCE_SECONDS)


def start_worker(
    folder: Path, name: str, *options: str, app: str = APP, **environment: str
) -> RunningWorker:
    """Start one, and wait until it is ready; whoever starts it ends it."""
    log = folder / f"{name}.log"
    celery = (sys.executable, "-m", "celery", "-A", app, "worker")
    command = (*celery, "-n", f"{name}@%h", "--loglevel=info", *options)
    with log.open("ab") as file:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=ENVIRONMENT | {"PYTHONPATH": str(ROOT)} | environment,
            stdout=file,
            stderr=file,
        )
    worker = RunningWorker(process, log)
    wait_until(lambda: _is_ready(worker), "the worker is ready", _PATIENCE_SECONDS)
    return worker


def _is_ready(worker: RunningWorker) -> bool:
    assert worker.process.poll() is None, worker.log.read_text()
    return " ready." in worker.log.read_text()


def children_of(pid: int) -> list[int]:
    """The processes that a process has started."""
    found = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True)
    return [int(child) for child in found.stdout.split()]
