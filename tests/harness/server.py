"""What all servers of the tests have in common: a port, a folder, a life."""

import atexit
import shutil
import tempfile
from abc import ABC, abstractmethod
from pathlib import Path

from tests.harness.ports import free_port
from tests.harness.server_process import ServerProcess
from tests.harness.waiting import wait_until

SECONDS_TO_START = 180
_MEMORY = Path("/dev/shm")
_ROOM_BYTES = 6 << 30
_USUAL = tempfile.gettempdir()
# So that a test that left a server frozen fails instead of hanging.
SECONDS_TO_ANSWER = 60


class ServerDidNotStart(Exception):
    """A server ended instead of starting; the text is the end of its log."""


class Server(ABC):
    """One server on 127.0.0.1, in a temporary folder; it ends with the run that started it."""

    host = "127.0.0.1"

    def __init__(self, kind: str) -> None:
        self.port = free_port()
        self.folder = _new_folder(kind.lower())
        self._kind = kind
        self._process: ServerProcess | None = None
        atexit.register(self.discard)

    @property
    def pid(self) -> int:
        """The pid of the process that serves."""
        return self._running.pid

    def is_running(self) -> bool:
        """Whether it has not ended; one that is suspended has not."""
        return self._running.is_running()

    def launch(self) -> None:
        """Starts it without waiting until it answers."""
        self._process = self._new_process()

    def wait_until_ready(self) -> None:
        """Returns once it answers; ServerDidNotStart with its log where it ended instead."""
        wait_until(self._has_started, f"{self._kind} on port {self.port}", SECONDS_TO_START)

    def start(self) -> None:
        """Starts it and waits until it answers: same folder, same port."""
        self.launch()
        self.wait_until_ready()

    def stop(self) -> None:
        """Shuts it down in good order."""
        self._running.stop()

    def kill(self) -> None:
        """Ends it at once, as a crash would."""
        self._running.kill()

    def restart(self) -> None:
        """Starts it again, after stopping it if it runs."""
        self.stop()
        self.start()

    def suspend(self) -> None:
        """Freezes it: connections stay open and get no answer."""
        self._running.suspend()

    def resume(self) -> None:
        """Lets a frozen server go on."""
        self._running.resume()

    def discard(self) -> None:
        """Ends it and removes its folder."""
        if self._process:
            self._process.kill()
        shutil.rmtree(self.folder, ignore_errors=True)
        atexit.unregister(self.discard)

    @abstractmethod
    def answers(self) -> bool:
        """Whether it takes a command."""

    @abstractmethod
    def _new_process(self) -> ServerProcess:
        """Starts the program."""

    @property
    def _running(self) -> ServerProcess:
        if self._process is None:
            raise RuntimeError("this server was not started")
        return self._process

    def _has_started(self) -> bool:
        if not self.is_running():
            raise ServerDidNotStart(self._running.log_tail())
        return self.answers()


def _new_folder(kind: str) -> Path:
    """Make a folder, in memory unless a test has chosen a place: no disk is waited for there."""
    folder = _MEMORY if tempfile.gettempdir() == _USUAL and _has_room(_MEMORY) else None
    return Path(tempfile.mkdtemp(prefix=f"broadsheet-{kind}-", dir=folder))


def _has_room(folder: Path) -> bool:
    return folder.is_dir() and shutil.disk_usage(folder).free > _ROOM_BYTES
