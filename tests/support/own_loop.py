"""An event loop in a thread of its own: a busy test delays nothing that runs there."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from threading import Thread
from typing import Any, TypeVar

T = TypeVar("T")


class OwnLoop:
    """Runs coroutines in its thread, one after the other or many at a time."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever)

    async def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine there; returns its result."""
        future = asyncio.run_coroutine_threadsafe(coroutine, self._loop)
        return await asyncio.wrap_future(future)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


@asynccontextmanager
async def own_loop() -> AsyncIterator[OwnLoop]:
    """Start one, and stop it at the end of the block."""
    loop = OwnLoop()
    loop.start()
    try:
        yield loop
    finally:
        loop.stop()
