"""Waiting for a condition, inside the event loop."""

import asyncio
from collections.abc import Callable
from time import monotonic

_PATIENCE_SECONDS = 15


async def until(condition: Callable[[], bool], what: str) -> None:
    """Wait until a condition holds; fails, saying what was waited for."""
    deadline = monotonic() + _PATIENCE_SECONDS
    while not condition():
        assert monotonic() < deadline, f"waited in vain: {what}"
        await asyncio.sleep(0.02)
