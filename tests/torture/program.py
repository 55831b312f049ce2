"""A server or a worker in a process of its own, that faults may freeze, end and start again."""

import os
import signal
import subprocess
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from time import monotonic

from tests.harness.waiting import wait_until
from tests.torture.bounds import END_SECONDS

_TIMEOUT_SECONDS = 180


class Program:
    """Runs in a session of its own, so that a signal reaches its children too."""

    def __init__(
        self, name: str, command: tuple[str, ...], folder: Path, environment: Mapping[str, str]
    ) -> None:
        self.name = name
        self.log = folder / f"{name}.log"
        self._command = command
        self._folder = folder
        self.environment = dict(environment)

    def launch(self) -> None:
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command,
                cwd=self._folder,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._logged = self.log.stat().st_size

    def wait(self, is_ready: Callable[[str], bool]) -> None:
        """Return once what it logged since its start, or whatever else is asked, says ready."""
        wait_until(lambda: is_ready(self._said()), f"{self.name} is ready", _TIMEOUT_SECONDS)

    def terminate(self) -> float:
        """Ask it to end; returns the seconds that it took, infinitely many where it did not."""
        started = monotonic()
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(END_SECONDS + 5)
        except subprocess.TimeoutExpired:
            self.kill()
            return float("inf")
        return monotonic() - started

    def kill(self) -> None:
        self.signal(signal.SIGKILL)
        self._process.wait(_TIMEOUT_SECONDS)

    def signal(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, number)

    def _said(self) -> str:
        if self._process.poll() is not None:
            raise ChildProcessError(f"{self.name} ended: {self.log.read_text()[-3000:]}")
        with self.log.open("rb") as log:
            log.seek(self._logged)
            return log.read().decode(errors="replace")
