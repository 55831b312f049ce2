"""A server program in the background, signalled by its own pid and no other."""

import os
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path

from tests.harness.waiting import wait_until

PATIENCE = 30


class ServerProcess:
    """Runs from its creation on; what it says goes to a log file."""

    def __init__(
        self,
        command: list[str],
        log: Path,
        pid_file: Path,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        pid_file.unlink(missing_ok=True)
        self._pid_file = pid_file
        self._log = log
        with log.open("ab") as output:
            # In a session of its own, so that Ctrl-C reaches pytest alone, which then stops it.
            self._process = subprocess.Popen(
                command,
                env={**os.environ, **(environment or {})},
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        """The pid of the server itself."""
        # In a container the process started here is only Docker's client: the server says its pid.
        if self._pid_file.exists():
            return int(self._pid_file.read_text())
        return self._process.pid

    def is_running(self) -> bool:
        """Whether it has not ended."""
        return self._process.poll() is None

    def log_tail(self) -> str:
        """The last thousands of characters of its log."""
        return self._log.read_text(errors="replace")[-3000:]

    def stop(self) -> None:
        """Sends SIGTERM, after SIGCONT for a suspended one, and waits until it has ended."""
        self._signal(signal.SIGCONT)
        self._signal(signal.SIGTERM)
        try:
            self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """Ends it at once, as a crash would."""
        self._signal(signal.SIGKILL)
        self._process.wait(PATIENCE)

    def suspend(self) -> None:
        """Freezes it: connections stay open and get no answer."""
        self._signal(signal.SIGSTOP)
        # on a busy machine its threads go on for a while
        wait_until(self._is_suspended, "all its threads are stopped")

    def resume(self) -> None:
        """Lets a frozen one go on."""
        self._signal(signal.SIGCONT)

    def _is_suspended(self) -> bool:
        threads = Path(f"/proc/{self.pid}/task").glob("*/stat")
        states = [thread.read_text().rpartition(") ")[2][0] for thread in threads]
        return not self.is_running() or set(states) <= {"T"}

    def _signal(self, number: signal.Signals) -> None:
        if self.is_running():
            os.kill(self.pid, number)
