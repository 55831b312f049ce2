"""Reads by nobody in particular that come again: answered before FastAPI takes them apart.

Which question an address asks follows from the address alone, so it may be remembered; its answer
comes from the cache each time, and is as new as any that the cache gives.
"""

from collections.abc import Callable, Coroutine
from time import perf_counter
from typing import Any

from cachetools import LRUCache
from fastapi import Request, Response
from fastapi.routing import APIRoute

from application.caching import Asked
from application.timing import Timings
from core.dependencies.container import Container
from interface.http.answers import read_answer

_Address = tuple[str | None, str, str]
_LIMIT = 10_000
_LONGEST = 500  # characters of an address
# what makes a read somebody's own, or one that must not come from the cache
_PERSONAL = ("authorization", "consistency-token", "cache-control")


class Remembered:
    """What addresses ask for, of those that were asked last."""

    def __init__(self, container: Container) -> None:
        self._container = container
        self._asked: LRUCache[_Address, Asked] = LRUCache(_LIMIT)

    async def answer(self, request: Request) -> Response | None:
        """Answer what is remembered and kept; None for all else."""
        asked = self._asked.get(_address(request))
        if asked is None or any(name in request.headers for name in _PERSONAL):
            return None
        started = perf_counter()
        found = await self._container.kept_answer(asked)
        if found is None:
            return None
        request.state.timings = Timings(cache=perf_counter() - started)
        response = read_answer(found, request)
        response.headers["X-Cache"] = "HIT"
        return response

    def remember(self, request: Request) -> None:
        """Remember what a request has asked the cache for, as nobody in particular."""
        asked: Asked | None = request.state.scope.asked
        address = _address(request)
        if asked and len("".join(filter(None, address))) <= _LONGEST:
            self._asked[address] = asked


class RememberingRoute(APIRoute):
    """A route whose reads are remembered."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()
        if self.methods != {"GET"}:
            return handle

        async def handle_remembered(request: Request) -> Response:
            remembered: Remembered = request.app.state.remembered
            if answer := await remembered.answer(request):
                return answer
            response = await handle(request)
            remembered.remember(request)
            return response

        return handle_remembered


def _address(request: Request) -> _Address:
    url = request.scope
    return request.headers.get("x-tenant-token"), url["path"], url["query_string"].decode("latin-1")
