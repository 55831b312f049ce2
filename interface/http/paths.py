"""Addresses that are refused before routing: those with control characters, and long ones."""

import re

from fastapi import Request, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from interface.http.errors import problem

_CONTROLS = re.compile(r"[\x00-\x1f\x7f]")
_PATH_LIMIT = 4_000  # characters
_QUERY_LIMIT = 32_768  # bytes; enough for a search and as many tags as it may have, percent-encoded
_PARAMETERS_LIMIT = 100


class PathLayer:
    """Answers 404 to paths with control characters, 414 to addresses that are too long.

    A proxy that blocks an address by its name does not block `/metrics%0A`, which the pattern of a
    route may match.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and (refused := _refused(scope)):
            await refused(scope, receive, send)
            return
        await self.app(scope, receive, send)


def _refused(scope: Scope) -> Response | None:
    path: str = scope["path"]
    query: bytes = scope["query_string"]
    if len(path) > _PATH_LIMIT or len(query) > _QUERY_LIMIT:
        return problem(Request(scope), 414, "This address is too long.")
    if query.count(b"&") >= _PARAMETERS_LIMIT:
        limit = f"An address may have at most {_PARAMETERS_LIMIT} parameters."
        return problem(Request(scope), 414, limit)
    if _CONTROLS.search(path):
        return problem(Request(scope), 404, "There is nothing at this address.")
    return None
