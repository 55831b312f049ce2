"""Queries: methods that read, as attributes of their services."""

from typing import Any, Generic, ParamSpec, Protocol, Self, TypeVar, overload

from application.caching import Method
from application.retries import with_retries
from application.unit_of_work import ReadUnitOfWork
from application.views import Encoded, Representation, View

P = ParamSpec("P")
R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)


class QueryService(Protocol):
    """A service with a read unit of work."""

    @property
    def read_uow(self) -> ReadUnitOfWork: ...


Q = TypeVar("Q", bound=QueryService)


class _Runnable(Protocol[P, R_co]):
    """What a service is bound to: a plain or a cached query."""

    async def view(self, service: Any, /, *args: P.args, **kwargs: P.kwargs) -> R_co: ...

    async def encoded(self, service: Any, /, *args: P.args, **kwargs: P.kwargs) -> Encoded: ...


class BoundQuery(Generic[P, R]):
    """A query of one service: call it for the view, or `encoded` for its JSON."""

    def __init__(self, query: _Runnable[P, R], service: QueryService) -> None:
        self._query = query
        self._service = service

    async def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        return await self._query.view(self._service, *args, **kwargs)

    async def encoded(self, *args: P.args, **kwargs: P.kwargs) -> Encoded:
        """Return the JSON and the ETag, cached ones where there are; raises what the query
        raises."""
        return await self._query.encoded(self._service, *args, **kwargs)


class Query(Generic[Q, P, R]):
    """A method that runs on the read unit of work of its service."""

    def __init__(
        self, method: Method[Q, P, R], representation: Representation[Any] | None = None
    ) -> None:
        self.__doc__ = method.__doc__
        self._method = method
        self._representation = representation

    @overload
    def __get__(self, service: None, owner: type[Any]) -> Self: ...

    @overload
    def __get__(self, service: Q, owner: type[Any] | None = None) -> BoundQuery[P, R]: ...

    def __get__(self, service: Q | None, owner: type[Any] | None = None) -> Any:
        return self if service is None else BoundQuery(self, service)

    async def view(self, service: Q, /, *args: P.args, **kwargs: P.kwargs) -> R:
        async def once() -> R:
            async with service.read_uow:
                return await self._method(service, *args, **kwargs)

        return await with_retries(service.read_uow, once)

    async def encoded(self, service: Q, /, *args: P.args, **kwargs: P.kwargs) -> Encoded:
        view = _as_view(await self.view(service, *args, **kwargs))
        return self._representation.encoded(view) if self._representation else view.encoded()


def _as_view(result: object) -> View:
    if not isinstance(result, View):
        raise TypeError("What is cached, or encoded, must be a view.")
    return result
