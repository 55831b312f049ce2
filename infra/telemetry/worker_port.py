"""A small HTTP server for Prometheus and for probes, in threads of its own: a worker serves nothing
else."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import SHUT_RDWR, socket
from socketserver import TCPServer
from threading import BoundedSemaphore, Thread, Timer
from typing import Any, NamedTuple

_SILENT_SECONDS = 5  # a client that says nothing for as long is cut off
_LONGEST_SECONDS = 10  # of a request and its answer
_AT_ONCE = 8


class Answer(NamedTuple):
    """An answer: its status, its media type, and its content."""

    status: int
    kind: str
    content: bytes


Answers = Mapping[str, Callable[[], Answer]]
_NOTHING = Answer(404, "text/plain", b"There is nothing at this address.\n")


class WorkerPort:
    """Answers GET at some paths, from its start to its close."""

    def __init__(self, address: tuple[str, int], answers: Answers) -> None:
        """Listen on an address; raises OSError where it is taken."""
        self._server = _Server(address, answers)
        self._thread = Thread(target=self._server.serve_forever, name="metrics", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def leave(self) -> None:
        """Close the listener in a process that has inherited it."""
        self._server.socket.close()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address: tuple[str, int], answers: Answers) -> None:
        super().__init__(address, _Handler)
        self.answers = answers
        self._slots = BoundedSemaphore(_AT_ONCE)

    def server_bind(self) -> None:
        """Listen without asking the DNS for a name of this machine, which no answer has."""
        TCPServer.server_bind(self)

    def process_request(self, request: Any, client_address: Any) -> None:
        if not self._slots.acquire(blocking=False):
            self.shutdown_request(request)
            return
        super().process_request(request, client_address)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        # the timeout of the socket is that of each read: a slow client would keep its slot
        end = Timer(_LONGEST_SECONDS, _cut_off, (request,))
        end.daemon = True
        end.start()
        try:
            super().process_request_thread(request, client_address)
        finally:
            end.cancel()
            self._slots.release()

    def handle_error(self, request: socket | tuple[bytes, socket], client_address: Any) -> None:
        """Say nothing: a client that hangs up is none of the worker's errors."""


def _cut_off(request: socket) -> None:
    # it may have ended in this moment
    with suppress(OSError):
        request.shutdown(SHUT_RDWR)


class _Handler(BaseHTTPRequestHandler):
    timeout = _SILENT_SECONDS
    server: _Server

    def do_GET(self) -> None:
        found = self.server.answers.get(self.path)
        answer = found() if found else _NOTHING
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.kind)
        self.send_header("Content-Length", str(len(answer.content)))
        self.end_headers()
        self.wfile.write(answer.content)

    def version_string(self) -> str:
        return "broadsheet"

    def log_message(self, *_: Any) -> None:
        """Log nothing: probes come every few seconds."""
