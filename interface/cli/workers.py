"""Several processes behind one listener, each of which drains."""

from contextlib import suppress
from time import monotonic, sleep

import uvicorn
from uvicorn.supervisors import multiprocess

from core.dependencies.telemetry import forget_process, numbers_shared
from interface.cli.draining import ACCEPT_SECONDS, DrainingServer
from interface.cli.listeners import take_no_new_connections

_TICK_SECONDS = 0.05


def serve_with_workers(config: uvicorn.Config) -> None:
    """Serve with as many processes as the configuration says, until told to end."""
    with numbers_shared():
        _Supervisor(config, [config.bind_socket()]).run()


class _Worker(multiprocess.Process):
    """A process that serves; this object is in it and in its supervisor."""

    @property
    def server(self) -> uvicorn.Server:
        if self._server is None:
            self._server = DrainingServer(self.config, is_supervised=True)
        return self._server

    def always_pong(self) -> None:
        # the supervisor asks no more once it has told us to end
        with suppress(EOFError, OSError):
            super().always_pong()

    def join(self) -> None:
        super().join()
        if self.pid is not None:
            forget_process(self.pid)


class _Supervisor(multiprocess.Multiprocess):
    """Closes the listener before its workers do, and passes a second signal on."""

    def run(self) -> None:
        # uvicorn's supervisor makes its workers of the class that has this name
        multiprocess.Process = _Worker  # type: ignore[misc]
        super().run()

    def join_all(self) -> None:
        close_at = monotonic() + ACCEPT_SECONDS
        while any(worker.process.is_alive() for worker in self.processes):
            if monotonic() >= close_at:
                self._close_listeners()
            if self.signal_queue:
                self.signal_queue.clear()
                self.terminate_all()
            sleep(_TICK_SECONDS)
        super().join_all()

    def _close_listeners(self) -> None:
        while self.sockets:
            listener = self.sockets.pop()
            take_no_new_connections(listener)
            listener.close()
