"""Cached queries: what they answer is shared, with additions for authenticated callers."""

import functools
import inspect
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Generic, ParamSpec, Protocol, Self, TypeVar, get_type_hints, overload
from uuid import UUID

from pydantic import TypeAdapter
from pydantic_core import to_json

from application.audiences import Held, answer_to
from application.caching import (
    Absent,
    Answer,
    Audiences,
    Cache,
    CachedCall,
    CachedMethod,
    Overlay,
)
from application.query import BoundQuery, Query, QueryService
from application.views import Encoded, Representation
from domain.caller import Audience, Caller
from domain.errors import NotFound

P = ParamSpec("P")
R = TypeVar("R")
Own = TypeVar("Own")
_CALLS_KEPT = 20  # for audiences of one call


class CachedQueryService(QueryService, Protocol):
    """A service with cached queries: it also has a cache and a caller."""

    @property
    def cache(self) -> Cache: ...

    @property
    def caller(self) -> Caller | None: ...


C = TypeVar("C", bound=CachedQueryService)


class BoundCachedQuery(BoundQuery[P, R]):
    """A cached query of one service, which other representations may be asked of."""

    def __init__(self, query: "CachedQuery[Any, P, R]", service: CachedQueryService) -> None:
        super().__init__(query, service)
        self._cached = query

    async def represented(
        self, by: Representation[Any], *args: P.args, **kwargs: P.kwargs
    ) -> Encoded:
        """Return another representation than JSON, a cached one where there is one; raises what
        the query raises."""
        return await self._cached.represented(by).encoded(self._service, *args, **kwargs)


class CachedQuery(Generic[C, P, R]):
    """A query whose shared answer is cached, with additions for authenticated callers."""

    def __init__(
        self, cached: CachedMethod[C, P, R], representation: Representation[Any] | None = None
    ) -> None:
        self.__doc__ = cached.method.__doc__
        self._cached = cached
        self._representation = representation
        self._represented: dict[str, CachedQuery[C, P, R]] = {}
        self._uncached = Query(cached.method, representation)
        self._fallback = Query(cached.fallback) if cached.fallback else None
        self._overlay = _OverlayQuery(cached.overlay) if cached.overlay else None
        self._audiences = (
            _AudienceQueries(cached, cached.audiences, representation) if cached.audiences else None
        )

    @overload
    def __get__(self, service: None, owner: type[Any]) -> Self: ...

    @overload
    def __get__(self, service: C, owner: type[Any] | None = None) -> BoundCachedQuery[P, R]: ...

    def __get__(self, service: C | None, owner: type[Any] | None = None) -> Any:
        return self if service is None else BoundCachedQuery(self, service)

    def represented(self, by: Representation[Any]) -> "CachedQuery[C, P, R]":
        """Return the same query with another representation, whose entries are its own."""
        if by.name not in self._represented:
            self._represented[by.name] = CachedQuery(self._cached, by)
        return self._represented[by.name]

    async def view(self, service: C, /, *args: P.args, **kwargs: P.kwargs) -> R:
        if self._overlay and service.caller:
            return self.decoded(await self.encoded(service, *args, **kwargs))
        answer = await self._shared(service, *args, **kwargs)
        if answer is None:
            return await self._unshared(service).view(service, *args, **kwargs)
        return self.decoded(answer)

    async def encoded(self, service: C, /, *args: P.args, **kwargs: P.kwargs) -> Encoded:
        shared = await self._shared(service, *args, **kwargs)
        answer = shared or await self._unshared(service).encoded(service, *args, **kwargs)
        if self._overlay is None or service.caller is None:
            return answer
        add = self._overlay.on_cached if shared else self._overlay.on_uncached
        return await add(service, answer, service.caller.id, self._values(*args, **kwargs))

    async def _shared(self, service: C, /, *args: P.args, **kwargs: P.kwargs) -> Encoded | None:
        """Return the shared answer of the caller's audience; None where only the query itself or
        its fallback answers.

        Raises NotFound where the shared answer is that there is nothing.
        """
        answer = await self.found(service, *args, **kwargs)
        if answer is None or answer.closed is None or service.caller is None:
            return answer
        if self._audiences is None:
            return None
        values = self._values(*args, **kwargs)
        return await self._audiences.answer(service, service.caller, answer, values)

    async def found(self, service: C, /, *args: P.args, **kwargs: P.kwargs) -> Encoded | None:
        """Return the cached answer as it is; else as `_shared` does."""
        call = self._call(service, *args, **kwargs)
        if call is None:
            return None
        answer = await self._answer(service, call, *args, **kwargs)
        if isinstance(answer, Encoded):
            return answer
        if self._fallback and service.caller:
            return None
        raise NotFound(answer.what)

    def _unshared(self, service: C) -> Query[C, P, R]:
        """Return the query that answers where there is no shared answer."""
        return self._fallback if self._fallback and service.caller else self._uncached

    async def _answer(
        self, service: C, call: CachedCall, /, *args: P.args, **kwargs: P.kwargs
    ) -> Answer:
        async def load() -> Answer:
            try:
                return await self._uncached.encoded(service, *args, **kwargs)
            except NotFound as nothing:
                return Absent(nothing.what)

        return await service.cache.get_or_load(call, load)

    def _call(self, service: C, /, *args: P.args, **kwargs: P.kwargs) -> CachedCall | None:
        # inside another handler it reads on that handler's unit of work
        return None if service.read_uow.depth else self.call(*args, **kwargs)

    def call(self, *args: P.args, **kwargs: P.kwargs) -> CachedCall | None:
        """Return the cached call with these arguments; None where its answer can't be cached."""
        tags = self._cached.tags(*args, **kwargs)
        if tags is None:
            return None
        values = self._values(*args, **kwargs)
        overlay = _OverlayOfCall(self._overlay, values) if self._overlay else None
        audiences = _AudiencesOfCall(self._audiences, values) if self._audiences else None
        arguments = _encoded_arguments(values)
        return CachedCall(self._name, arguments, tags, self._cached.ttl, overlay, audiences)

    def decoded(self, answer: Encoded) -> R:
        """Return the view of a cached answer."""
        view: R = self._adapter.validate_json(answer.content)
        return view

    def _values(self, *args: P.args, **kwargs: P.kwargs) -> Sequence[Any]:
        """Return the values of all arguments, in the order of the parameters."""
        if len(args) == len(self._signature.parameters) - 1:
            return args
        bound = self._signature.bind(None, *args, **kwargs)
        bound.apply_defaults()
        return list(bound.arguments.values())[1:]

    @functools.cached_property
    def _name(self) -> str:
        name = f"{self._cached.method.__module__}.{self._cached.method.__qualname__}"
        return f"{name} {self._representation.name}" if self._representation else name

    @functools.cached_property
    def _signature(self) -> inspect.Signature:
        return inspect.signature(self._cached.method)

    @functools.cached_property
    def _adapter(self) -> TypeAdapter[Any]:
        return TypeAdapter(get_type_hints(self._cached.method)["return"])


class _OverlayQuery(Generic[C, Own]):
    """An overlay, with its queries."""

    def __init__(self, overlay: Overlay[C, Own]) -> None:
        self._overlay = overlay
        self._own = CachedQuery(overlay.query)
        self._uncached = Query(overlay.query.method)
        self._of_answer = Query(overlay.of_answer) if overlay.of_answer else None
        # one for each caller, and made anew it takes as long as a lookup
        self._call_for_all = functools.lru_cache(maxsize=1000)(self._new_call)

    async def on_cached(
        self, service: C, shared: Encoded, caller_id: UUID, values: Sequence[Any]
    ) -> Encoded:
        """Return a cached answer with the caller's own part."""
        own = await self._own.view(service, *self._asked(values, caller_id))
        added = self._overlay.added(shared, own)
        return added or await self.on_uncached(service, shared, caller_id, values)

    async def on_uncached(
        self, service: C, answer: Encoded, caller_id: UUID, values: Sequence[Any]
    ) -> Encoded:
        """Return an answer with an own part that is not cached: a front takes the first cached
        call of a request for the whole answer."""
        if self._of_answer:
            own = await self._of_answer.view(service, answer, caller_id)
        else:
            own = await self._uncached.view(service, *self._asked(values, caller_id))
        if added := self._overlay.added(answer, own):
            return added
        raise TypeError("What an overlay selects for one answer must suffice for it.")

    def call(self, values: Sequence[Any], caller_id: UUID) -> CachedCall:
        if self._overlay.for_all:
            return self._call_for_all(caller_id)
        return self._new_call(*values, caller_id)

    def _new_call(self, *asked: Any) -> CachedCall:
        return _certain(self._own.call(*asked))

    def added(self, shared: Encoded, own: Encoded) -> Encoded | None:
        return self._overlay.added(shared, self._own.decoded(own))

    def _asked(self, values: Sequence[Any], caller_id: UUID) -> Sequence[Any]:
        return (caller_id,) if self._overlay.for_all else (*values, caller_id)


class _OverlayOfCall:
    """The overlay of a call with these arguments."""

    def __init__(self, overlay: _OverlayQuery[Any, Any], values: Sequence[Any]) -> None:
        self._overlay = overlay
        self._values = values

    def call_of(self, caller_id: UUID) -> CachedCall:
        return self._overlay.call(self._values, caller_id)

    def added(self, shared: Encoded, own: Encoded) -> Encoded | None:
        return self._overlay.added(shared, own)


class _AudienceQueries(Generic[C]):
    """The answers of a query to audiences, and the query of what a caller holds."""

    def __init__(
        self,
        cached: CachedMethod[C, ..., Any],
        audiences: Audiences[C],
        representation: Representation[Any] | None,
    ) -> None:
        self._held = CachedQuery(audiences.held)
        # made anew, a call takes as long as a lookup
        self.call_of_held = functools.lru_cache(maxsize=1000)(self._call_of_held)
        self._answers = CachedQuery(
            replace(
                cached,
                method=audiences.answer,
                tags=lambda *values: cached.tags(*values[:-1]),
                overlay=None,
                audiences=None,
            ),
            representation,
        )

    async def answer(
        self, service: C, caller: Caller, shared: Encoded, values: Sequence[Any]
    ) -> Encoded | None:
        """Return the answer to the caller's audience; None where it can't be shared."""
        return await answer_to(
            caller,
            shared,
            lambda caller_id: self._held.view(service, caller_id),
            lambda audience: self._answers.found(service, *values, audience),
        )

    def call_for(self, values: Sequence[Any], audience: Audience) -> CachedCall:
        return _certain(self._answers.call(*values, audience))

    def _call_of_held(self, caller_id: UUID) -> CachedCall:
        return _certain(self._held.call(caller_id))

    def held_in(self, answer: Encoded) -> Held:
        return self._held.decoded(answer)


class _AudiencesOfCall:
    """The answers to audiences for a call with these arguments."""

    def __init__(self, queries: _AudienceQueries[Any], values: Sequence[Any]) -> None:
        self._queries = queries
        self._values = values
        self._calls: dict[Audience, CachedCall] = {}  # a front keeps those of an address

    def call_for(self, audience: Audience) -> CachedCall:
        call = self._calls.get(audience)
        if call is None:
            if len(self._calls) >= _CALLS_KEPT:
                self._calls.clear()
            call = self._calls[audience] = self._queries.call_for(self._values, audience)
        return call

    def call_of_held(self, caller_id: UUID) -> CachedCall:
        return self._queries.call_of_held(caller_id)

    def held_in(self, answer: Encoded) -> Held:
        return self._queries.held_in(answer)


def _certain(call: CachedCall | None) -> CachedCall:
    if call is None:
        raise TypeError("What is added for a caller must be cached, whatever its arguments.")
    return call


def _encoded_arguments(values: Sequence[Any]) -> str:
    """Encode values, with their types, so that different ones differ."""
    return to_json([[type(value).__name__, value] for value in values]).decode()
