"""Addresses that lead nowhere, whatever the routes match."""

import re

from fastapi import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from interface.http.errors import problem

_CONTROLS = re.compile(r"[\x00-\x1f\x7f]")


class PathLayer:
    """Answers 404 to paths with control characters.

    A proxy that blocks an address by its name lets `/metrics%0A` pass, and a route's pattern may
    match it.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and _CONTROLS.search(scope["path"]):
            nothing = problem(Request(scope), 404, "There is nothing at this address.")
            await nothing(scope, receive, send)
            return
        await self.app(scope, receive, send)
