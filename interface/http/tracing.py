"""The span of a request: what answers it is noted on it, never what it says."""

from collections.abc import Sequence
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address
from uuid import UUID

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from application.tracing import Span, Tracer, entered
from core.dependencies.scope import ServiceScope
from interface.http.callers import client_address
from interface.http.metering import METHODS, template_of
from interface.http.sent import sent_header

Networks = Sequence[IPv4Network | IPv6Network]
_SPAN = "broadsheet.span"
_HIT = "broadsheet.hit"
_SERVER_ERROR = 500
_NOTED = {b"x-cache": "broadsheet.cache", b"x-request-id": "broadsheet.request_id"}


class TraceLayer:
    """Around all other layers, where traces are on: begins the spans of requests."""

    def __init__(self, app: ASGIApp, tracer: Tracer, clients: Networks) -> None:
        self.app = app
        self._tracer = tracer
        self._clients = TrustedClients(clients) if clients else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        span = self._tracer.request(self._clients.traceparent(scope) if self._clients else None)
        if span is None:
            await self.app(scope, receive, send)
        else:
            await self._traced(span, scope, receive, send)

    async def _traced(self, span: Span, scope: Scope, receive: Receive, send: Send) -> None:
        status = 0
        scope[_SPAN] = span

        async def send_and_note(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                _note_headers(span, message)
            await send(message)

        try:
            await self.app(scope, receive, send_and_note)
        except BaseException as error:
            span.fail(error)
            raise
        finally:
            _note_answer(span, scope, status)
            span.end()


class InnerTraceLayer:
    """Behind the front: lets what answers the request be below its span. A hit of the front is one
    span."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        span = span_of(scope)
        if span is None:
            await self.app(scope, receive, send)
            return
        with entered(span):
            await self.app(scope, receive, send)


class TrustedClients:
    """Those that may name the trace that a request belongs to."""

    def __init__(self, networks: Networks) -> None:
        self._networks = networks
        self._includes = lru_cache(1000)(self._find)

    def traceparent(self, scope: Scope) -> str | None:
        """Return the header of a client that may send it."""
        sent = sent_header(scope, b"traceparent")
        if sent is None or not self._includes(client_address(scope) or ""):
            return None
        return sent.decode("latin-1")

    def _find(self, client: str) -> bool:
        try:
            address = ip_address(client)
        except ValueError:
            return False
        # a socket for both kinds gives IPv4 clients mapped addresses
        mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
        return any((mapped or address) in network for network in self._networks)


def span_of(scope: Scope) -> Span | None:
    """Return the span of a request that is sampled."""
    found: Span | None = scope.get(_SPAN)
    return found


def note_hit(scope: Scope, template: str, tenant: UUID) -> None:
    """Note what a hit of the front answers, where the framework notes nothing."""
    scope[_HIT] = template, tenant


def _note_headers(span: Span, message: Message) -> None:
    for name, value in message["headers"]:
        if known := _NOTED.get(name):
            span.set(known, value.decode("latin-1"))


def _note_answer(span: Span, scope: Scope, status: int) -> None:
    method = scope["method"] if scope["method"] in METHODS else "_OTHER"
    template, tenant = scope.get(_HIT) or (template_of(scope), _tenant_of(scope))
    span.name = f"{method} {template}" if template else method
    span.set("http.request.method", method)
    span.set("url.scheme", scope["scheme"])
    if template:
        span.set("http.route", template)
    if tenant:
        span.set("broadsheet.tenant", str(tenant))
    if status:
        span.set("http.response.status_code", status)
    if status >= _SERVER_ERROR:
        span.fail()


def _tenant_of(scope: Scope) -> UUID | None:
    opened: ServiceScope | None = scope.get("state", {}).get("scope")
    return opened.tenant if opened else None
