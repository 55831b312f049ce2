"""The front: answers again what nobody in particular has asked before, and wakes no framework.

Which question an address asks follows from the address alone, so it may be remembered. Its answer
is not: it comes from the cache each time, and is as new as any that the cache gives. What stands
before its content is, for as long as the cache gives that content, to who asks in the same way.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from time import perf_counter
from typing import NamedTuple

from starlette.types import ASGIApp, Receive, Scope, Send

from application.caching import Asked, KeptAnswers
from application.views import Encoded
from core.dependencies.container import Container
from core.dependencies.scope import Scope as OpenedScope
from interface.http.addresses import origin
from interface.http.cors import CorsLayer
from interface.http.freshness import OF_EVERYONE
from interface.http.metering import template_of
from interface.http.read_answers import answer_to
from interface.http.requests import ID, log_line, named_and_timed, new_ids, sane_id
from interface.http.sent import Headers

_LIMIT = 5_000
_log = logging.getLogger("broadsheet.http")
_LONGEST = 500  # characters of what callers choose
# what makes a read somebody's own, or one that must not come from the cache
_PERSONAL = frozenset({b"authorization", b"consistency-token", b"cache-control"})
_HIT = (*OF_EVERYONE, (b"x-cache", b"HIT"))

_Address = tuple[bytes | None, str, bytes]
_Sent = Mapping[bytes, bytes]


class _Head(NamedTuple):
    """What stood before the content of an answer, and all that it was made of."""

    made_of: tuple[object, ...]
    status: int
    headers: Headers


@dataclass(slots=True)
class _Known:
    """What an address asks for, the template of its route, and how it was answered last."""

    asked: Asked
    template: str
    head: _Head | None = None


class FrontLayer:
    """Stands before all layers that serve, and steps aside for all but anonymous GETs.

    It says itself what the others would have said: to pass through them takes longer than a hit.
    """

    def __init__(
        self, app: ASGIApp, container: Container, kept: KeptAnswers, cors: CorsLayer
    ) -> None:
        self.app = app
        self._container = container
        self._kept = kept
        self._cors = cors
        self._new_ids = new_ids()
        self._known: dict[_Address, _Known] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        sent = _sent_by_nobody(scope)
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
            found = await self._kept.kept(known.asked)
            if found is None:
                return False
            _, status, headers = self._head(known, found, scope, sent)
        except Exception:
            # whoever stands behind makes an answer of it, with an id
            _log.exception("the front failed")
            return False
        waited = perf_counter() - started
        name = sane_id(sent.get(ID))
        said = named_and_timed(name or next(self._new_ids), waited, 0, waited)
        whole = [*headers, *self._of_browser(sent), *said]
        await send({"type": "http.response.start", "status": status, "headers": whole})
        content = found.content if status == 200 else b""
        await send({"type": "http.response.body", "body": content})
        self._container.telemetry.requests.observe("GET", known.template, status, waited)
        if name:
            # who names a request looks for it; a line for each hit costs more than the hit
            log_line(scope, name, status, waited)
        return True

    def _head(self, known: _Known, found: Encoded, scope: Scope, sent: _Sent) -> _Head:
        """Give the head of last time where it would be the same."""
        host, if_none_match = sent.get(b"host"), sent.get(b"if-none-match")
        where = scope["scheme"], host, scope.get("server"), scope.get("root_path")
        made_of = found.etag, if_none_match, *where
        if known.head and known.head.made_of == made_of:
            return known.head
        base = origin(scope, host, self._container.public_url)
        status, headers, _ = answer_to(scope, found, base, if_none_match)
        head = _Head(made_of, status, (*headers, *_HIT))
        # callers choose what is kept: no long ones
        known.head = head if len(str(made_of)) <= _LONGEST else None
        return head

    def _of_browser(self, sent: _Sent) -> Headers:
        from_where = sent.get(b"origin")
        return self._cors.headers_for(from_where) if from_where else ()

    def _remember(self, address: _Address, scope: Scope) -> None:
        opened: OpenedScope | None = scope["state"].get("scope")
        template = template_of(scope)
        if opened and opened.asked and template and len(str(address)) <= _LONGEST:
            self._known[address] = _Known(opened.asked, template)
            if len(self._known) > _LIMIT:
                del self._known[next(iter(self._known))]


def _sent_by_nobody(scope: Scope) -> _Sent | None:
    """Give the headers of a GET that nobody in particular sent; None for all else."""
    if scope["type"] != "http" or scope["method"] != "GET":
        return None
    sent = dict(scope["headers"])
    # what was sent twice is for the framework to make sense of
    is_plain = len(sent) == len(scope["headers"])
    return sent if is_plain and sent.keys().isdisjoint(_PERSONAL) else None
