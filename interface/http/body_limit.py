"""The limit of a request's body.

Starlette has such a layer; it answers in plain text whatever the application says, so this one
only counts, and leaves the words to the table of errors.
"""

from fastapi import HTTPException
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_MIB = 1_048_576
_LIMIT_BYTES = 2 * _MIB
# a thousand operations, at the length that posts have
_LARGER = {"/api/v1/posts/bulk": 16 * _MIB}


class BodyLimitLayer:
    """Refuses a body of over 2 MiB, of a bulk over 16, as soon as the application reads it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        announced = headers.get("content-length", "0")
        size = int(announced) if announced.isdigit() else 0
        limit = _LARGER.get(scope["path"], _LIMIT_BYTES)
        if "authorization" not in headers:
            limit = _LIMIT_BYTES  # a body is read before it is known whose it is

        async def receive_within() -> Message:
            nonlocal size
            _check(size, limit)
            message = await receive()
            if announced == "0":
                size += len(message.get("body", b""))
                _check(size, limit)
            return message

        await self.app(scope, receive_within, send)


def _check(size: int, limit: int) -> None:
    if size > limit:
        raise HTTPException(413, f"A body may have at most {limit // _MIB} MiB.")
