"""How many requests may hash passwords at a time, in all and from one address."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Annotated, TypeVar

from fastapi import Depends, HTTPException, Request

from application.limits import subscriber_of
from interface.http.callers import client_address

_IN_ALL = 100  # the last of them waits for two to three seconds
_OF_ADDRESS = 50
_SOON = {"Retry-After": "1"}

T = TypeVar("T")


class HashSlots:
    """The slots of one process: a request that finds none is refused."""

    def __init__(self) -> None:
        self._taken: Counter[str] = Counter()

    @contextmanager
    def one_for(self, address: str) -> Iterator[None]:
        """Hold a slot; raises HTTPException where all are taken, or all of one address."""
        if self._taken[address] >= _OF_ADDRESS:
            said = "Too many logins from this address at a time: try again."
            raise HTTPException(429, said, _SOON)
        if self._taken.total() >= _IN_ALL:
            raise HTTPException(503, "Too many logins at a time: try again.", _SOON)
        self._taken[address] += 1
        try:
            yield
        finally:
            self._taken[address] -= 1
            # removes addresses that hold none
            self._taken += Counter()


class HashSlot:
    """Runs work on passwords for a request in a slot, until the caller closes the connection."""

    def __init__(self, request: Request) -> None:
        self._request = request

    async def __call__(self, work: Callable[[], Awaitable[T]]) -> T:
        slots: HashSlots = self._request.app.state.hash_slots
        with slots.one_for(subscriber(self._request)):
            return await self._while_connected(work)

    async def _while_connected(self, work: Callable[[], Awaitable[T]]) -> T:
        working = asyncio.ensure_future(work())
        leaving = asyncio.create_task(_disconnected(self._request))
        try:
            await asyncio.wait({working, leaving}, return_when=asyncio.FIRST_COMPLETED)
            if not working.done():
                raise HTTPException(400, "The client has closed the connection.")
            return working.result()
        finally:
            working.cancel()
            leaving.cancel()


def subscriber(request: Request) -> str:
    """Return a client's IPv4 address, or the /64 network of its IPv6 address."""
    return subscriber_of(client_address(request.scope) or "")


async def _disconnected(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


InHashSlot = Annotated[HashSlot, Depends(HashSlot)]
