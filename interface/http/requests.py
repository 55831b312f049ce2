"""Layers behind the front: request ids with log lines, and answers to unexpected errors."""

import asyncio
import logging
import re
from collections.abc import Iterator
from itertools import count
from secrets import token_hex
from time import perf_counter

from fastapi import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import bound_contextvars

from application.timing import Timings
from application.tracing import current_span
from core.dependencies.telemetry import Telemetry
from interface.http.callers import client_address
from interface.http.errors import internal_error
from interface.http.freshness import freshness
from interface.http.limits import limits_left
from interface.http.metering import count_request
from interface.http.sent import Headers, sent_header

ID = b"x-request-id"
_SANE_ID = re.compile(rb"[A-Za-z0-9._-]{1,128}")
_HUNG_UP = 499  # nginx's status for a client that closed the connection before its request was read
_DROPPED = 503  # requests that are cancelled at the end of the server
_log = logging.getLogger("broadsheet.http")


class RequestLayer:
    """Adds a request id and timings to each answer, and counts and logs it."""

    def __init__(self, app: ASGIApp, telemetry: Telemetry) -> None:
        self.app = app
        self.telemetry = telemetry
        self._new_ids = new_ids()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = sane_id(sent_header(scope, ID)) or next(self._new_ids)
        scope.setdefault("state", {})["request_id"] = request_id
        started, status, has_hung_up = perf_counter(), 0, False

        async def receive_and_note() -> Message:
            nonlocal has_hung_up
            message = await receive()
            # after the beginning of an answer, a disconnect is the regular end
            has_hung_up |= message["type"] == "http.disconnect" and not status
            return message

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                timings = scope["state"].get("timings") or Timings()
                message["headers"] = [
                    *(header for header in message["headers"] if header[0] != b"vary"),
                    *freshness(scope, status),
                    *limits_left(scope),
                    *named_and_timed(
                        request_id, timings.cache, timings.database, perf_counter() - started
                    ),
                ]
            await send(message)

        try:
            await self.app(scope, receive_and_note, send_with_id)
        except asyncio.CancelledError:
            status = _DROPPED
            raise
        finally:
            status = _HUNG_UP if has_hung_up else status or 500
            seconds = perf_counter() - started
            count_request(self.telemetry, scope, status, seconds)
            log_line(scope, request_id, status, seconds)


class SafetyLayer:
    """Answers unexpected errors; inside CORS, so that web clients can read the answer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        has_started = False

        async def send_and_note(message: Message) -> None:
            nonlocal has_started
            has_started = True
            await send(message)

        with bound_contextvars(request_id=scope["state"]["request_id"]):
            try:
                await self.app(scope, receive, send_and_note)
            except Exception as error:
                if span := current_span():
                    span.fail(error)
                if has_started:
                    raise
                await internal_error(Request(scope), error)(scope, receive, send)


def new_ids() -> Iterator[str]:
    """Return unique ids: a random prefix and a counter, as random bytes take a system call each."""
    return map((token_hex(10) + "%012x").__mod__, count())


def sane_id(sent: bytes | None) -> str | None:
    """Return the request id that a caller sent, where it is valid."""
    return sent.decode() if sent and _SANE_ID.fullmatch(sent) else None


def named_and_timed(request_id: str, cache: float, database: float, total: float) -> Headers:
    """Return the headers with the request's id and its timings so far."""
    milliseconds = cache * 1000, database * 1000, total * 1000
    timing = b"cache;dur=%.2f, db;dur=%.2f, total;dur=%.2f" % milliseconds
    return (ID, request_id.encode()), (b"server-timing", timing)


def log_line(scope: Scope, request_id: str, status: int, seconds: float) -> None:
    """Log an answered request."""
    _log.info(
        "request",
        extra={
            "method": scope["method"],
            "path": scope["path"],
            "status": status,
            "ms": round(seconds * 1000, 2),
            "client": client_address(scope),
            "request_id": request_id,
        },
    )
