"""Several processes behind one listener, each of which drains."""

import logging
import signal
from contextlib import suppress
from itertools import count
from socket import socket
from time import monotonic, sleep
from typing import ClassVar

import uvicorn
from uvicorn.supervisors import multiprocess

from core.dependencies.telemetry import count_as, forget_process, numbers_shared
from interface.cli.draining import ACCEPT_SECONDS, DrainingServer
from interface.cli.listeners import take_no_new_connections

_TICK_SECONDS = 0.05
_SILENT_SECONDS = 60  # a starting process does not answer; on a busy machine that may take long
_END_SECONDS = 35  # more than a healthy one takes to drain
_log = logging.getLogger("broadsheet")


def serve_with_workers(config: uvicorn.Config) -> None:
    """Serve with the configured number of processes, until a signal."""
    with numbers_shared():
        _Supervisor(config, [config.bind_socket()]).run()


class _Worker(multiprocess.Process):
    """A serving process; the object exists in it and in its supervisor."""

    _asked_at: float | None = None
    _taken: ClassVar[set[int]] = set()

    def __init__(self, config: uvicorn.Config, sockets: list[socket]) -> None:
        super().__init__(config, sockets)
        self._number = next(number for number in count(1) if number not in self._taken)
        self._taken.add(self._number)

    def target(self, sockets: list[socket] | None = None) -> None:
        count_as(self._number)
        super().target(sockets)

    @property
    def server(self) -> uvicorn.Server:
        if self._server is None:
            self._server = DrainingServer(self.config, is_supervised=True)
        return self._server

    def always_pong(self) -> None:
        # the supervisor does not ping a process that it has told to end
        with suppress(EOFError, OSError):
            super().always_pong()

    def is_alive(self, timeout: float = _SILENT_SECONDS) -> bool:
        """Ping it without waiting for the answer: the supervisor must handle signals."""
        if not self.process.is_alive():
            return False
        try:
            return self._has_answered() or monotonic() - self._ask() < _SILENT_SECONDS
        except (EOFError, OSError):
            return False

    def _has_answered(self) -> bool:
        if not self.parent_conn.poll():
            return False
        self.parent_conn.recv()
        self._asked_at = None
        return True

    def _ask(self) -> float:
        if self._asked_at is None:
            self.parent_conn.send(b"ping")
            self._asked_at = monotonic()
        return self._asked_at

    def join(self) -> None:
        super().join()
        forget_process(self._number)
        self._taken.discard(self._number)


class _Supervisor(multiprocess.Multiprocess):
    """Closes the listener before its workers do, and forwards a second signal."""

    def __init__(self, config: uvicorn.Config, sockets: list[socket]) -> None:
        super().__init__(config, sockets)
        self._retired: list[multiprocess.Process] = []

    def run(self) -> None:
        # uvicorn's supervisor makes its workers of the class that has this name
        multiprocess.Process = _Worker  # type: ignore[misc]
        super().run()

    def restart_all(self) -> None:
        """Replace one worker after the other, until a signal."""
        for place, old in enumerate(tuple(self.processes)):
            if self._is_told_to_end:
                return
            new = _Worker(self.config, self.sockets)
            new.start()
            if not self._gets_ready(new):
                self._do_without(new)
                return
            self.processes[place] = new
            self._retire(old)

    def join_all(self) -> None:
        close_at, kill_at = monotonic() + ACCEPT_SECONDS, monotonic() + _END_SECONDS
        while alive := [worker for worker in self._all() if worker.process.is_alive()]:
            if monotonic() >= close_at:
                self._close_listeners()
            if self.signal_queue:
                self.signal_queue.clear()
                for worker in alive:
                    worker.terminate()
            if monotonic() >= kill_at:
                for worker in alive:
                    worker.kill()
            sleep(_TICK_SECONDS)
        for worker in self._all():
            worker.join()

    def _all(self) -> list[multiprocess.Process]:
        return [*self.processes, *self._retired]

    @property
    def _is_told_to_end(self) -> bool:
        return not {signal.SIGINT, signal.SIGTERM}.isdisjoint(self.signal_queue)

    def _gets_ready(self, worker: multiprocess.Process) -> bool:
        late_at = monotonic() + _SILENT_SECONDS
        while not worker.wait_until_ready(timeout=1):
            is_late = monotonic() >= late_at or not worker.process.is_alive()
            if is_late or self._is_told_to_end:
                return False
        return True

    def _do_without(self, worker: multiprocess.Process) -> None:
        if self._is_told_to_end:
            self.processes.append(worker)  # it ends with the other processes
            return
        _log.error("a new worker did not start: the old ones go on")
        worker.kill()
        worker.join()

    def _retire(self, worker: multiprocess.Process) -> None:
        worker.terminate()
        give_up_at = monotonic() + _END_SECONDS
        while worker.process.is_alive():
            if self._is_told_to_end:
                self._retired.append(worker)
                return
            if monotonic() >= give_up_at:
                worker.kill()
            sleep(_TICK_SECONDS)
        worker.join()

    def _close_listeners(self) -> None:
        while self.sockets:
            listener = self.sockets.pop()
            take_no_new_connections(listener)
            listener.close()
