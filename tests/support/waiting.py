"""Waiting for a condition, inside the event loop."""

import asyncio
from collections.abc import Awaitable, Callable
from time import monotonic

from httpx import Response

_TIMEOUT_SECONDS = 60


async def until(condition: Callable[[], bool], what: str) -> None:
    """Wait until a condition holds; fails, saying what was waited for."""
    deadline = monotonic() + _TIMEOUT_SECONDS
    while not condition():
        assert monotonic() < deadline, f"waited in vain: {what}"
        await asyncio.sleep(0.02)


async def until_answered(
    ask: Callable[[], Awaitable[Response]], status: int, within: float
) -> None:
    """Ask again until the answer has this status; fails after so many seconds."""
    deadline = monotonic() + within
    while (found := (await ask()).status_code) != status:
        assert monotonic() < deadline, f"it is still answered with {found}"
        await asyncio.sleep(0.02)
