"""The limit of a request's body.

Starlette has such a layer; it answers in plain text whatever the application says, so this one
only counts, and leaves the words to the table of errors.
"""

from fastapi import HTTPException
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LIMIT_BYTES = 2 * 1_048_576


class BodyLimitLayer:
    """Refuses a body of over 2 MiB as soon as the application reads it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        announced = Headers(scope=scope).get("content-length", "0")
        size = int(announced) if announced.isdigit() else 0

        async def receive_within() -> Message:
            nonlocal size
            _check(size)
            message = await receive()
            if announced == "0":
                size += len(message.get("body", b""))
                _check(size)
            return message

        await self.app(scope, receive_within, send)


def _check(size: int) -> None:
    if size > LIMIT_BYTES:
        raise HTTPException(413, "A body may have at most 2 MiB.")
