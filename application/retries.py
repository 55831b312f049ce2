"""Retries of whole handlers."""

import asyncio
import random
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from application.unit_of_work import Retryable, UnitOfWork

ATTEMPTS = 3
_PAUSE_SECONDS = 0.02

R = TypeVar("R")


async def with_retries(uow: UnitOfWork, once: Callable[[], Coroutine[Any, Any, R]]) -> R:
    """Run a handler, and retry it after a Retryable; inside another handler, that one retries."""
    if uow.depth:
        return await once()
    for attempt in range(1, ATTEMPTS):
        try:
            return await once()
        except Retryable:
            await asyncio.sleep(random.uniform(0, attempt * _PAUSE_SECONDS))  # noqa: S311
    return await once()
