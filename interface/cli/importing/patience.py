"""Repeats of what another writer is in the way of."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from application.unit_of_work import Retryable

# another writer, such as a backup, may hold its lock for longer than the lock timeout
PAUSES_SECONDS = (1.0, 2.0, 4.0)

T = TypeVar("T")


async def in_the_end(work: Callable[[], Awaitable[T]]) -> T:
    """Do what may fail by coincidence, up to four times; raises the last Retryable."""
    for seconds in PAUSES_SECONDS:
        try:
            return await work()
        except Retryable:
            await asyncio.sleep(seconds)
    return await work()
