"""The limits of a request's body: its bytes, by its caller, and the number of its values.

Both are checked while the body arrives, so that no work grows beyond them. Starlette has a layer
for the bytes alone, which answers in plain text.
"""

from fastapi import HTTPException, Request
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from application.unit_of_work import Unavailable
from core.dependencies.container import Container
from domain.errors import Unauthenticated
from domain.picture import BYTES_LIMIT
from interface.http.body_values import ValueCount, value_count
from interface.http.dependencies import caller_in, tenant_in
from interface.http.errors import known_error
from interface.http.realworld.errors import is_realworld

_BASIC = "basic "
_KIB, _MIB = 1024, 1_048_576
_ANONYMOUS_BYTES = 64 * _KIB
_BYTES = 2 * _MIB
_VALUES = 1000
_UPLOAD = "/api/v1/media"
# with what a form has around its file
_UPLOAD_BYTES = BYTES_LIMIT + 64 * _KIB
_BULK = "/api/v1/posts/bulk"
# a thousand operations, of usual length
_BULK_BYTES = 16 * _MIB
_BULK_VALUES = 30_000
_BYTES_LIMITS = {_BULK: _BULK_BYTES, _UPLOAD: _UPLOAD_BYTES}
# an upload is no list of values: its parts are counted where they are parsed
_VALUES_LIMITS = {_BULK: _BULK_VALUES, _UPLOAD: _UPLOAD_BYTES}
_WITHOUT_BODY = frozenset({"GET", "HEAD", "OPTIONS"})


class BodyLimitLayer:
    """Refuses a body of over 64 KiB of an anonymous caller, of over 2 MiB of an
    authenticated one, of over 16 MiB of a bulk, of over 10 MiB of an upload, and one with more
    values than any call accepts."""

    def __init__(self, app: ASGIApp, container: Container) -> None:
        self.app = app
        self._container = container

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in _WITHOUT_BODY:
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        try:
            bytes_limit = await self._bytes_limit(scope, headers)
        except (Unauthenticated, Unavailable) as error:
            # the route would refuse it too, after it had read the body
            refused = await known_error(Request(scope), error)
            await refused(scope, receive, send)
            return
        body = _Body(headers, bytes_limit, _VALUES_LIMITS.get(scope["path"], _VALUES))
        await self.app(scope, lambda: body.received(receive), send)

    async def _bytes_limit(self, scope: Scope, headers: Headers) -> int:
        # the status alone takes HTTP Basic, and checks it: its forms are empty
        if headers.get("authorization", _BASIC).lower().startswith(_BASIC):
            return _ANONYMOUS_BYTES
        try:
            await caller_in(self._container, headers, tenant_in(self._container, headers))
        except Unauthenticated:
            if is_realworld(scope):
                # its clients send an expired token even to log in; other calls check it first
                return _ANONYMOUS_BYTES
            raise
        return _BYTES_LIMITS.get(scope["path"], _BYTES)


class _Body:
    """Counts the received part of a body; raises HTTPException where it is too large."""

    def __init__(self, headers: Headers, bytes_limit: int, values_limit: int) -> None:
        announced = headers.get("content-length", "")
        self._announced = int(announced) if announced.isdigit() else 0
        self._size = 0
        self._bytes_limit = bytes_limit
        self._values_limit = values_limit
        self._values: ValueCount = value_count(headers.get("content-type", ""))

    async def received(self, receive: Receive) -> Message:
        self._check_size(self._announced)
        message = await receive()
        piece: bytes = message.get("body", b"")
        self._size += len(piece)
        self._check_size(self._size)
        if self._values.after(piece) > self._values_limit:
            raise HTTPException(413, f"A body may have at most {self._values_limit} values.")
        return message

    def _check_size(self, size: int) -> None:
        if size <= self._bytes_limit:
            return
        if self._bytes_limit == _ANONYMOUS_BYTES:
            said = f"Without an access token a body may have at most {_written(_ANONYMOUS_BYTES)}."
            raise HTTPException(413, said)
        raise HTTPException(413, f"A body may have at most {_written(self._bytes_limit)}.")


def _written(count: int) -> str:
    return f"{count // _MIB} MiB" if count >= _MIB else f"{count // _KIB} KiB"
