"""The outermost layer: gives each request an id, a log line, and an answer whatever happens."""

import asyncio
import logging
import re
from time import perf_counter
from uuid import uuid4

from fastapi import Request
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import bound_contextvars

from application.timing import Timings
from core.dependencies.telemetry import Telemetry
from interface.http.callers import client_address
from interface.http.errors import internal_error
from interface.http.metering import count_request

_SANE_ID = re.compile(r"[A-Za-z0-9._-]{1,128}")
_HUNG_UP = 499  # nginx's number: the caller went away before we had read the whole request
_DROPPED = 503  # what ran for too long when the server ended
_log = logging.getLogger("broadsheet.http")


class RequestLayer:
    """Stands around the whole application."""

    def __init__(self, app: ASGIApp, telemetry: Telemetry) -> None:
        self.app = app
        self.telemetry = telemetry

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = _request_id(Headers(scope=scope).get("x-request-id"))
        scope.setdefault("state", {})["request_id"] = request_id
        started, status, has_hung_up = perf_counter(), 0, False

        async def receive_and_note() -> Message:
            nonlocal has_hung_up
            message = await receive()
            # once an answer has begun, the end of the connection is no news
            has_hung_up |= message["type"] == "http.disconnect" and not status
            return message

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers["X-Request-ID"] = request_id
                headers["Server-Timing"] = _timing(scope, perf_counter() - started)
            await send(message)

        with bound_contextvars(request_id=request_id):
            try:
                await self.app(scope, receive_and_note, send_with_id)
            except asyncio.CancelledError:
                status = _DROPPED
                raise
            finally:
                status = _HUNG_UP if has_hung_up else status or 500
                seconds = perf_counter() - started
                count_request(self.telemetry, scope, status, seconds)
                _log_line(scope, status, seconds)


class SafetyLayer:
    """Stands inside CORS, so that a web client can read even an unforeseen error."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        has_started = False

        async def send_and_note(message: Message) -> None:
            nonlocal has_started
            has_started = True
            await send(message)

        try:
            await self.app(scope, receive, send_and_note)
        except Exception as error:
            if scope["type"] != "http" or has_started:
                raise
            await internal_error(Request(scope), error)(scope, receive, send)


def _timing(scope: Scope, total: float) -> str:
    """Say in ms how long the request waited for what, and how long it took, so far."""
    timings: Timings = scope["state"].get("timings") or Timings()
    parts = {"cache": timings.cache, "db": timings.database, "total": total}
    return ", ".join(f"{name};dur={seconds * 1000:.2f}" for name, seconds in parts.items())


def _request_id(sent: str | None) -> str:
    return sent if sent and _SANE_ID.fullmatch(sent) else uuid4().hex


def _log_line(scope: Scope, status: int, seconds: float) -> None:
    _log.info(
        "request",
        extra={
            "method": scope["method"],
            "path": scope["path"],
            "status": status,
            "ms": round(seconds * 1000, 2),
            "client": client_address(scope),
        },
    )
