"""The handler decorators: where a transaction begins, commits, rolls back and is tried again."""

import asyncio
import functools
import inspect
import random
from collections.abc import Callable, Coroutine, Sequence
from typing import (
    Any,
    Concatenate,
    Generic,
    ParamSpec,
    Protocol,
    Self,
    TypeVar,
    cast,
    get_type_hints,
    overload,
)

from pydantic import TypeAdapter
from pydantic_core import to_json

from application.caching import Absent, Answer, Cache, Caching, Method, Question
from application.unit_of_work import ReadUnitOfWork, Retryable, UnitOfWork, WriteUnitOfWork
from application.views import Encoded, View
from domain.errors import NotFound
from domain.user import Caller

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


class CachedQueryService(QueryService, Protocol):
    """Whatever has cached queries: it also has a cache, and reads for a caller."""

    @property
    def cache(self) -> Cache: ...

    @property
    def caller(self) -> Caller | None: ...


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


class BoundQuery(Generic[P, R]):
    """A query of one service: call it for the view, or `encoded` for what goes out."""

    def __init__(self, query: "Query[Any, P, R]", service: QueryService) -> None:
        self._query = query
        self._service = service

    async def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        return await self._query.view(self._service, *args, **kwargs)

    async def encoded(self, *args: P.args, **kwargs: P.kwargs) -> Encoded:
        """Give the JSON and the ETag: as they are kept, where they are; raises as the query."""
        return await self._query.encoded(self._service, *args, **kwargs)


class Query(Generic[Q, P, R]):
    """A method that reads: on the read unit of work, and through the cache where it says so."""

    def __init__(self, method: Method[Q, P, R]) -> None:
        self.__doc__ = method.__doc__
        self._method = method
        self._caching: Caching | None = getattr(method, "caching", None)

    @overload
    def __get__(self, service: None, owner: type[Any]) -> Self: ...

    @overload
    def __get__(self, service: Q, owner: type[Any] | None = None) -> BoundQuery[P, R]: ...

    def __get__(self, service: Q | None, owner: type[Any] | None = None) -> Any:
        return self if service is None else BoundQuery(self, service)

    async def view(self, service: Q, /, *args: P.args, **kwargs: P.kwargs) -> R:
        own_part = self._caching.own_part if self._caching else None
        if own_part is None or _cached(service).caller is None:
            return await self._of_everyone(service, *args, **kwargs)
        shared = functools.partial(self._of_everyone, service, *args, **kwargs)
        return cast(R, await own_part(service, shared, *args, **kwargs))

    async def encoded(self, service: Q, /, *args: P.args, **kwargs: P.kwargs) -> Encoded:
        is_of_everyone = self._caching is not None and _cached(service).caller is None
        question = self._question(service, *args, **kwargs) if is_of_everyone else None
        if question is None:
            return _as_view(await self.view(service, *args, **kwargs)).encoded()
        return _found(await self._answer(service, question, *args, **kwargs))

    async def _of_everyone(self, service: Q, /, *args: P.args, **kwargs: P.kwargs) -> R:
        question = self._question(service, *args, **kwargs)
        if question is None:
            return await self._run(service, *args, **kwargs)
        answer = _found(await self._answer(service, question, *args, **kwargs))
        return cast(R, self._adapter.validate_json(answer.content))

    async def _answer(
        self, service: Q, question: Question, /, *args: P.args, **kwargs: P.kwargs
    ) -> Answer:
        async def load() -> Answer:
            try:
                return _as_view(await self._run(service, *args, **kwargs)).encoded()
            except NotFound as nothing:
                return Absent(nothing.what)

        return await _cached(service).cache.answer(question, load)

    async def _run(self, service: Q, /, *args: P.args, **kwargs: P.kwargs) -> R:
        async def once() -> R:
            async with service.read_uow:
                return await self._method(service, *args, **kwargs)

        return await _with_retries(service.read_uow, once)

    def _question(self, service: Q, /, *args: P.args, **kwargs: P.kwargs) -> Question | None:
        # inside another handler it reads on that one's unit of work, as that one's task
        if self._caching is None or service.read_uow.depth:
            return None
        tags = self._caching.tags(*args, **kwargs)
        if tags is None:
            return None
        arguments = _written(self._values(*args, **kwargs))
        return Question(self._name, arguments, tags, self._caching.ttl)

    def _values(self, *args: P.args, **kwargs: P.kwargs) -> Sequence[Any]:
        """Give the values of all arguments, in the order of their names, however they came."""
        if len(args) == len(self._signature.parameters) - 1:
            return args
        return list(self._signature.bind(None, *args, **kwargs).arguments.values())[1:]

    @functools.cached_property
    def _name(self) -> str:
        return f"{self._method.__module__}.{self._method.__qualname__}"

    @functools.cached_property
    def _signature(self) -> inspect.Signature:
        return inspect.signature(self._method)

    @functools.cached_property
    def _adapter(self) -> TypeAdapter[Any]:
        return TypeAdapter(get_type_hints(self._method)["return"])


def query_handler(method: Method[Q, P, R]) -> Query[Q, P, R]:
    """Run a method on the read unit of work; a read that lost its replica runs again elsewhere."""
    return Query(method)


def _written(values: Sequence[Any]) -> str:
    """Write values down so that different ones never read the same."""
    return to_json([[type(value).__name__, value] for value in values]).decode()


def _cached(service: QueryService) -> CachedQueryService:
    # whoever annotates a query has given its service what the cache needs
    return cast(CachedQueryService, service)


def _as_view(result: object) -> View:
    if not isinstance(result, View):
        raise TypeError("What is kept, or sent as it is, must be a view.")
    return result


def _found(answer: Answer) -> Encoded:
    if isinstance(answer, Absent):
        raise NotFound(answer.what)
    return answer


async def _with_retries(uow: UnitOfWork, once: Callable[[], Coroutine[Any, Any, R]]) -> R:
    if uow.depth:
        return await once()
    for attempt in range(1, ATTEMPTS):
        try:
            return await once()
        except Retryable:
            await asyncio.sleep(random.uniform(0, attempt * _PAUSE_SECONDS))  # noqa: S311
    return await once()
