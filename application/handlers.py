"""The handler decorators: where a transaction begins, commits, rolls back and is retried."""

import functools
from collections.abc import Callable, Coroutine
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar, overload

from application.cached_query import C, CachedQuery
from application.caching import CachedMethod, Method
from application.query import Q, Query
from application.retries import with_retries
from application.unit_of_work import WriteUnitOfWork

P = ParamSpec("P")
R = TypeVar("R")


class CommandService(Protocol):
    """A service with a write unit of work."""

    @property
    def write_uow(self) -> WriteUnitOfWork: ...


S = TypeVar("S", bound=CommandService)


def command_handler(
    method: Callable[Concatenate[S, P], Coroutine[Any, Any, R]],
) -> Callable[Concatenate[S, P], Coroutine[Any, Any, R]]:
    """Run a method as one transaction, or as part of one that is open already.

    The outermost handler commits, and retries the whole method after a Retryable.
    """

    @functools.wraps(method)
    async def handle(self: S, /, *args: P.args, **kwargs: P.kwargs) -> R:
        async def once() -> R:
            async with self.write_uow as uow:
                result = await method(self, *args, **kwargs)
                await uow.commit()
                return result

        return await with_retries(self.write_uow, once)

    return handle


@overload
def query_handler(method: CachedMethod[C, P, R]) -> CachedQuery[C, P, R]: ...


@overload
def query_handler(method: Method[Q, P, R]) -> Query[Q, P, R]: ...


def query_handler(method: Any) -> Any:
    """Run a method on the read unit of work, through the cache where it is `@cached`.

    A read whose replica fails is retried on another server.
    """
    return CachedQuery(method) if isinstance(method, CachedMethod) else Query(method)
