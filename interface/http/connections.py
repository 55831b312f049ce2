"""Connections with limits that uvicorn does not have: on the bytes and lines of a head, on the time
that a request may take to arrive and an answer to be taken, and on their number."""

import json
from collections import deque
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from interface.http.arrival import Arrival
from interface.http.errors import PROBLEM_JSON, type_of
from interface.http.open_files import connections_limit

HEAD_BYTES = 65_536
HEAD_LINES = 100
_DROPPED: Any = deque(maxlen=0)
_NO_HEAD = object()
_MALFORMED = "This is not an HTTP/1.1 request."
_TOO_SLOW = "The request did not arrive in time."


class RefusedHead(Exception):
    """A request's head is over a limit."""


class BoundedProtocol(HttpToolsProtocol):
    """One connection.

    uvicorn replaces `scope` when a head begins to arrive, and `cycle` when the head is
    complete. All checks compare these two: a request that arrives in one piece, as nearly
    all do, costs two comparisons.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._arrival = Arrival()
        self._headed: object = _NO_HEAD  # the scope of the last head that was complete
        self._head_bytes = 0  # of an incomplete head, without the piece in which it began
        self._is_head_split = False
        self._piece_bytes = 0
        self._body_bytes = 0
        self._bytes_between = 0  # what came since the last content: sizes, extensions, trailers
        self._refusal = HTTPStatus.BAD_REQUEST

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        if len(self.connections) > connections_limit():
            self._refuse_head(
                HTTPStatus.SERVICE_UNAVAILABLE,
                "This server has no free connection: retry in a moment.",
            )

    def data_received(self, data: bytes) -> None:
        self._piece_bytes = len(data)
        began_with = self.scope
        super().data_received(data)
        if self.scope is not self._headed:
            self._check_unfinished_head(is_new=self.scope is not began_with)
        elif self.cycle.more_body:
            self._check_unfinished_body()

    def on_headers_complete(self) -> None:
        # the rest of the data may be its body: the head is measured only where it may be too large
        may_be_large = self._is_head_split or self._piece_bytes > HEAD_BYTES
        is_large = may_be_large and self._parsed_bytes() > HEAD_BYTES
        if is_large or len(self.headers) > HEAD_LINES:
            self._refusal = HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
            raise RefusedHead
        super().on_headers_complete()
        self._headed = self.scope
        self._is_head_split = False
        self._head_bytes = self._body_bytes = 0
        # the data until here was the head, and requests before it
        self._bytes_between = -self._piece_bytes
        # uvicorn would add trailers to the headers that the application has read
        self.headers = _DROPPED

    def on_body(self, body: bytes) -> None:
        self._body_bytes += len(body)
        self._bytes_between = -self._piece_bytes
        super().on_body(body)

    def send_400_response(self, msg: str) -> None:
        """Answer a request that can't be parsed, or whose head is over the limits."""
        if self._refusal is not HTTPStatus.BAD_REQUEST:
            self._refuse_large_head()
        elif self.scope is not self._headed:
            self._refuse_head(HTTPStatus.BAD_REQUEST, _MALFORMED)
        else:
            self._refuse_body(HTTPStatus.BAD_REQUEST, _MALFORMED)

    def end_if_slow(self, now: float) -> None:
        """Close where a request does not arrive in time, or its answer is not received."""
        if self._arrival.is_answer_stuck(self.transport.get_write_buffer_size(), now):
            self.transport.abort()
        elif not self.transport.is_closing() and not self.flow.write_paused:
            self._end_if_request_is_slow(now)

    def _end_if_request_is_slow(self, now: float) -> None:
        if self.flow.read_paused:
            self._arrival.forget()
        elif self.scope is not self._headed:
            if self._arrival.is_head_slow(self.scope or _NO_HEAD, now):
                self._refuse_head(HTTPStatus.REQUEST_TIMEOUT, _TOO_SLOW)
        elif self.cycle.more_body and not self.cycle.response_complete:
            if self._arrival.is_body_slow(self.cycle, self._body_bytes, now):
                self._refuse_body(HTTPStatus.REQUEST_TIMEOUT, _TOO_SLOW)
        elif self._has_answered() and self.timeout_keep_alive_task is None:
            # data that is no request has cancelled uvicorn's keep-alive timeout
            if self._arrival.is_head_slow(_NO_HEAD, now):
                self.transport.close()
        else:
            self._arrival.forget()

    def _refuse_head(self, status: HTTPStatus, detail: str) -> None:
        """Answer a request before it is passed on, and close; without an answer where an earlier
        request is unanswered, as the client would take it for that request's answer."""
        if self._has_answered():
            self.transport.write(_problem(status, detail, self.config.headers))
        self.transport.close()

    def _refuse_body(self, status: HTTPStatus, detail: str) -> None:
        """Answer a request that has been passed on, unless its own answer has begun, and close."""
        if not self.pipeline and not self.cycle.response_started:
            self.transport.write(_problem(status, detail, self.config.headers))
        self.transport.close()

    def _has_answered(self) -> bool:
        return self.cycle is None or self.cycle.response_complete

    def _check_unfinished_head(self, *, is_new: bool) -> None:
        # the piece in which it begins may also contain the end of another request
        self._head_bytes = 0 if is_new else self._head_bytes + self._piece_bytes
        self._is_head_split = True
        is_over = self._head_bytes > HEAD_BYTES or len(self.headers or ()) > HEAD_LINES
        if is_over and not self.transport.is_closing():
            self._refuse_large_head()

    def _check_unfinished_body(self) -> None:
        self._bytes_between += self._piece_bytes
        if self._bytes_between > HEAD_BYTES and not self.transport.is_closing():
            between = "Too many bytes between the parts of this body."
            self._refuse_body(HTTPStatus.BAD_REQUEST, between)

    def _parsed_bytes(self) -> int:
        return len(self.url) + sum(len(name) + len(value) for name, value in self.headers)

    def _refuse_large_head(self) -> None:
        limit = f"A request's head may have {HEAD_BYTES // 1024} KiB and {HEAD_LINES} lines."
        self._refuse_head(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, limit)


def end_slow_ones(connections: Iterable[Any], now: float) -> None:
    """Close all connections that are too slow; `now` is the event loop's time."""
    for connection in tuple(connections):
        if isinstance(connection, BoundedProtocol):
            connection.end_if_slow(now)


def _problem(status: HTTPStatus, detail: str, added: Iterable[tuple[str, str]]) -> bytes:
    document = {
        "type": type_of(status.phrase),
        "title": status.phrase,
        "status": status.value,
        "detail": detail,
    }
    content = json.dumps(document).encode()
    head = [
        f"HTTP/1.1 {status.value} {status.phrase}",
        f"content-type: {PROBLEM_JSON}",
        f"content-length: {len(content)}",
        "x-content-type-options: nosniff",
        "connection: close",
        *(f"{name}: {value}" for name, value in added),
    ]
    if status is HTTPStatus.SERVICE_UNAVAILABLE:
        head.append("retry-after: 1")
    return "\r\n".join([*head, "", ""]).encode() + content
