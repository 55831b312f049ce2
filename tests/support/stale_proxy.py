"""A proxy that repeats its first answer to each GET of a post by id, as a stale cache does."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from httpx import Client, Response

_POST = re.compile(r"/api/v1/posts/[0-9a-f-]{36}")
# what belongs to one connection
_OF_HOP = frozenset({"connection", "content-length", "host", "transfer-encoding"})


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def __init__(self, behind: Client, first: dict[str, Response], *args: object) -> None:
        self._behind = behind
        self._first = first
        super().__init__(*args)  # type: ignore[arg-type]

    def _pass_on(self) -> None:
        is_of_post = self.command == "GET" and _POST.fullmatch(self.path)
        answer = self._first.get(self.path) if is_of_post else None
        if answer is None:
            answer = self._asked()
            if is_of_post and answer.status_code == 200:
                self._first[self.path] = answer
        self._send(answer)

    do_GET = do_POST = do_PATCH = do_PUT = _pass_on  # noqa: N815

    def _asked(self) -> Response:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = [each for each in self.headers.items() if each[0].lower() not in _OF_HOP]
        return self._behind.request(self.command, self.path, content=body, headers=headers)

    def _send(self, answer: Response) -> None:
        self.send_response(answer.status_code)
        for name, value in answer.headers.items():
            if name not in _OF_HOP:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.content)))
        self.end_headers()
        self.wfile.write(answer.content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""


@contextmanager
def repeating(address: str) -> Iterator[str]:
    """Run the proxy in front of the server at an address; returns the proxy's address."""
    with Client(base_url=address) as behind:
        handler = partial(_Handler, behind, {})
        with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
            thread = Thread(target=server.serve_forever)
            thread.start()
            try:
                yield f"http://127.0.0.1:{server.server_port}"
            finally:
                server.shutdown()
                thread.join()
