"""The handler decorators: where a transaction begins, commits, rolls back and is tried again."""

import asyncio
import functools
import random
from collections.abc import Callable, Coroutine
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

from application.unit_of_work import ReadUnitOfWork, Retryable, UnitOfWork, WriteUnitOfWork

ATTEMPTS = 3
_PAUSE_SECONDS = 0.02

P = ParamSpec("P")
R = TypeVar("R")


class CommandService(Protocol):
    """Whatever has a write unit of work."""

    @property
    def write_uow(self) -> WriteUnitOfWork: ...


class QueryService(Protocol):
    """Whatever has a read unit of work."""

    @property
    def read_uow(self) -> ReadUnitOfWork: ...


C = TypeVar("C", bound=CommandService)
Q = TypeVar("Q", bound=QueryService)


def command_handler(
    method: Callable[Concatenate[C, P], Coroutine[Any, Any, R]],
) -> Callable[Concatenate[C, P], Coroutine[Any, Any, R]]:
    """Run a method as one transaction, joined to the one that is open, if any.

    The outermost commits, and runs the whole method again after a Retryable.
    """

    @functools.wraps(method)
    async def handle(self: C, /, *args: P.args, **kwargs: P.kwargs) -> R:
        async def once() -> R:
            async with self.write_uow as uow:
                result = await method(self, *args, **kwargs)
                await uow.commit()
                return result

        return await _with_retries(self.write_uow, once)

    return handle


def query_handler(
    method: Callable[Concatenate[Q, P], Coroutine[Any, Any, R]],
) -> Callable[Concatenate[Q, P], Coroutine[Any, Any, R]]:
    """Run a method on the read unit of work; a read that lost its replica runs again elsewhere."""

    @functools.wraps(method)
    async def handle(self: Q, /, *args: P.args, **kwargs: P.kwargs) -> R:
        async def once() -> R:
            async with self.read_uow:
                return await method(self, *args, **kwargs)

        return await _with_retries(self.read_uow, once)

    return handle


async def _with_retries(uow: UnitOfWork, once: Callable[[], Coroutine[Any, Any, R]]) -> R:
    if uow.depth:
        return await once()
    for attempt in range(1, ATTEMPTS):
        try:
            return await once()
        except Retryable:
            await asyncio.sleep(random.uniform(0, attempt * _PAUSE_SECONDS))  # noqa: S311
    return await once()
