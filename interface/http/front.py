"""The front: serves cache hits without entering FastAPI.

Which cached call an address leads to depends on the address alone, so the front remembers it after
the framework has answered it once. The answer itself comes from the cache each time. The headers of
the last answer are reused while the cache gives the same content to requests of the same form.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from time import perf_counter
from typing import NamedTuple

from starlette.types import ASGIApp, Receive, Scope, Send

from application.caching import SharedEntries, TenantCall
from application.memoizing import is_short
from application.positions import NOWHERE, ForgedPosition
from application.tracing import entered
from application.unit_of_work import Unavailable
from application.views import JSON, Encoded
from core.dependencies.container import Container
from core.dependencies.scope import ServiceScope
from domain.caller import Caller
from domain.errors import DomainError
from interface.http.addresses import origin
from interface.http.consistency import sent_position
from interface.http.cors import CorsLayer
from interface.http.dependencies import access_token_in
from interface.http.entries import EntriesOfCaller
from interface.http.freshness import IDENTIFYING, OF_CALLER, SHARED
from interface.http.hosts import AllowedHosts
from interface.http.metering import template_of
from interface.http.read_answers import Conditions, ReadAnswer, answer_to
from interface.http.requests import ID, log_line, named_and_timed, new_ids, sane_id
from interface.http.sent import Headers, sent_header
from interface.http.tracing import note_hit, span_of
from interface.site.asking import asks_for_json

_LIMIT = 5_000
_log = logging.getLogger("broadsheet.http")
_IS_HIT = (b"x-cache", b"HIT")

_Address = tuple[bytes | None, str, bytes]
_Sent = Mapping[bytes, bytes]


class _Head(NamedTuple):
    """The status and headers of an answer, and all that they were made of."""

    made_of: tuple[object, ...]
    answer: ReadAnswer
    headers: Headers


@dataclass(slots=True)
class _Known:
    """The cached call of an address, the template of its route, the public base of addresses, and
    the heads of last answers."""

    tenant_call: TenantCall
    template: str
    base: str
    heads: dict[bool, _Head] = field(default_factory=dict)  # by whether the caller is anonymous
    lacks_members: bool = False  # whether the answer for all lately lacked something for members


class FrontLayer:
    """The outermost layer: answers GETs whose shared answer is cached, and forwards all others.

    It sets itself all headers that the inner layers would set: to pass through those takes
    longer than a hit.
    """

    def __init__(
        self, app: ASGIApp, container: Container, entries: SharedEntries, cors: CorsLayer
    ) -> None:
        self.app = app
        self._container = container
        self._entries = entries
        self._cors = cors
        self._hosts = AllowedHosts(container.allowed_hosts)
        self._new_ids = new_ids()
        self._known: dict[_Address, _Known] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        sent = _headers_of_read(scope)
        if sent is None:
            await self.app(scope, receive, send)
            return
        address = sent.get(b"x-tenant-token"), scope["path"], scope["query_string"]
        known = self._known.get(address)
        if known is None or not await self._answers(known, scope, sent, send):
            await self.app(scope, receive, send)
            self._remember(address, scope)

    async def _answers(self, known: _Known, scope: Scope, sent: _Sent, send: Send) -> bool:
        started = perf_counter()
        try:
            found = await self._find(known, sent)
            head = self._head(known, found, scope, sent) if found else None
            if found is None or head is None:
                return False
        except (DomainError, ForgedPosition, Unavailable):
            return False
        except Exception:
            # the layers behind answer it, with a request id
            _log.exception("the front failed")
            return False
        _, answer, headers = head
        status = answer.status
        waited = perf_counter() - started
        name = sane_id(sent.get(ID))
        said = named_and_timed(name or next(self._new_ids), waited, 0, waited)
        whole = [*headers, *self._of_browser(sent), *said]
        await send({"type": "http.response.start", "status": status, "headers": whole})
        await send({"type": "http.response.body", "body": answer.content_of(found)})
        span = span_of(scope)
        self._container.telemetry.requests.observe(
            "GET", known.template, status, waited, span.trace_id if span else None
        )
        if span:
            note_hit(scope, known.template, known.tenant_call.tenant)
        if name:
            # only requests with an X-Request-ID are logged: a log line costs more than a hit
            with entered(span):
                log_line(scope, name, status, waited)
        return True

    async def _find(self, known: _Known, sent: _Sent) -> Encoded | None:
        """Return the caller's answer if all of it is a hit; raises for a token that is not
        valid."""
        tenant_call = known.tenant_call
        if tenant_token := sent.get(b"x-tenant-token"):
            # it may have expired, or be revoked, since the framework answered
            self._container.tenant_of(tenant_token.decode("latin-1"))
        authorization, token = sent.get(b"authorization"), sent.get(b"consistency-token")
        if authorization is None and token is None:
            return await self._entries.lookup(tenant_call, None)
        caller = await self._caller(tenant_call, authorization)
        seen = sent_position(self._container, [token.decode("latin-1")]) if token else NOWHERE
        required = self._container.required_position(tenant_call.tenant, caller, seen)
        if caller is None:
            return await self._entries.lookup(tenant_call, required)
        entries = EntriesOfCaller(self._entries, tenant_call.tenant, caller, required)
        found = await entries.answer(tenant_call.call, as_member=known.lacks_members)
        known.lacks_members = entries.lacks_members
        return found

    async def _caller(self, tenant_call: TenantCall, authorization: bytes | None) -> Caller | None:
        if authorization is None:
            return None
        access_token = access_token_in(authorization.decode("latin-1"))
        return await self._container.caller_of(access_token, tenant_call.tenant)

    def _head(self, known: _Known, found: Encoded, scope: Scope, sent: _Sent) -> _Head | None:
        """Return the head, the last one where it would be equal; None for a host that is refused,
        or that is not the one in the addresses of a page."""
        host = sent.get(b"host")
        where = scope["scheme"], host, scope.get("server"), scope.get("root_path")
        is_anonymous = sent.keys().isdisjoint(IDENTIFYING)
        conditions = _conditions(sent, found)
        made_of = found.etag, conditions, *where
        last = known.heads.get(is_anonymous)
        if last and last.made_of == made_of:
            return last
        if host is None or not self._hosts.allow(host):
            return None
        base = self._base(scope, host)
        if found.media_type != JSON and base != known.base:
            return None
        answer = answer_to(scope, found, base, conditions)
        of_caches = SHARED if is_anonymous else OF_CALLER
        head = _Head(made_of, answer, (*answer.headers, *of_caches, _IS_HIT))
        if is_short(made_of):
            known.heads[is_anonymous] = head
        else:
            known.heads.pop(is_anonymous, None)
        return head

    def _of_browser(self, sent: _Sent) -> Headers:
        from_where = sent.get(b"origin")
        return self._cors.headers_for(from_where) if from_where else ()

    def _base(self, scope: Scope, host: bytes | None) -> str:
        return origin(scope, host, self._container.public_url)

    def _remember(self, address: _Address, scope: Scope) -> None:
        opened: ServiceScope | None = scope["state"].get("scope")
        template = template_of(scope)
        if opened and opened.tenant_call and template and is_short(address):
            base = self._base(scope, sent_header(scope, b"host"))
            self._known[address] = _Known(opened.tenant_call, template, base)
            if len(self._known) > _LIMIT:
                del self._known[next(iter(self._known))]


def _conditions(sent: _Sent, found: Encoded) -> Conditions:
    # a head of JSON goes for all callers, whichever codings they take
    accepted = None if found.media_type == JSON else sent.get(b"accept-encoding")
    return Conditions(sent.get(b"if-none-match"), sent.get(b"if-modified-since"), accepted)


def _headers_of_read(scope: Scope) -> _Sent | None:
    """Return the headers of a GET that may use the cache; None for all other requests."""
    if scope["type"] != "http" or scope["method"] != "GET":
        return None
    if scope["path"] == "/" and asks_for_json(scope):
        return None  # this address has a page and a JSON document
    sent = dict(scope["headers"])
    # headers that are repeated are left to the framework
    is_plain = len(sent) == len(scope["headers"])
    return sent if is_plain and b"cache-control" not in sent else None
