"""Cached queries: how a query declares its caching, and the port of the cache."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Concatenate, Generic, Literal, ParamSpec, Protocol, TypeVar, overload
from uuid import UUID

from application.audiences import Held
from application.positions import Position
from application.views import Encoded, View
from domain.caller import Audience

Tags = tuple[str, ...]

S = TypeVar("S")
P = ParamSpec("P")
R = TypeVar("R")
V = TypeVar("V", bound=View)
Own = TypeVar("Own")
Method = Callable[Concatenate[S, P], Awaitable[R]]


@dataclass(frozen=True, slots=True)
class Absent:
    """The answer of a query that found nothing; `what` is what it looked for."""

    what: str


Answer = Encoded | Absent
Outcome = Literal["HIT", "MISS", "BYPASS"]


class CallOverlay(Protocol):
    """The overlay of one call: what it adds to the shared answer for an authenticated caller."""

    def call_of(self, caller_id: UUID) -> "CachedCall":
        """Return the call whose answer is the caller's own part."""

    def added(self, shared: Encoded, own: Encoded) -> Encoded | None:
        """Return the shared answer with the caller's own part; None where that part does not
        suffice."""


class CallAudiences(Protocol):
    """The calls that answer audiences in place of one call."""

    def call_for(self, audience: Audience) -> "CachedCall":
        """Return the call whose answer is for an audience."""

    def call_of_held(self, caller_id: UUID) -> "CachedCall":
        """Return the call whose answer is what a caller holds."""

    def held_in(self, answer: Encoded) -> Held:
        """Return what that answer says."""


@dataclass(frozen=True, slots=True)
class CachedCall:
    """A call of a cached query, by the values of its arguments; `ttl` is in seconds."""

    name: str
    arguments: str
    tags: Tags
    ttl: float
    overlay: CallOverlay | None = field(default=None, compare=False)
    audiences: CallAudiences | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class TenantCall:
    """A call of a cached query in one tenant."""

    tenant: UUID
    call: CachedCall


# what gives the required position of a caller; None where only the primary has reached it
Required = Callable[[], Awaitable[Position | None]]


class Cache(Protocol):
    """Caches shared answers, for one caller."""

    async def get_or_load(self, call: CachedCall, load: Callable[[], Awaitable[Answer]]) -> Answer:
        """Return the cached answer where it is as recent as the caller requires; else load it."""


class SharedEntries(Protocol):
    """The entries of a cache, without what loads them."""

    async def lookup(self, tenant_call: TenantCall, required: Required | None) -> Encoded | None:
        """Return the answer if it is a hit for a caller with this required position; else None.
        `required` is None for an anonymous caller without a position."""

    async def lookup_both(
        self, tenant_call: TenantCall, other: CachedCall, required: Required | None
    ) -> tuple[Encoded, Encoded] | None:
        """Return the answers of two calls if both are hits; else None."""


@dataclass(frozen=True, slots=True)
class CachedMethod(Generic[S, P, R]):
    """A query and how it is cached; `tags` gives None for arguments whose answer can't be."""

    method: Method[S, P, R]
    ttl: float
    tags: Callable[P, Tags | None]
    fallback: Method[S, P, R] | None
    overlay: "Overlay[S, Any] | None"
    audiences: "Audiences[S] | None" = None


@dataclass(frozen=True, slots=True)
class Overlay(Generic[S, Own]):
    """What is added to a shared answer for an authenticated caller: the view of a cached query,
    and how it is added to the answer.

    The query takes the same arguments and then the caller's id; the id alone if it is `for_all`
    calls. Where its view does not suffice, `added` returns None; then, and for answers that are
    not cached, `of_answer` makes a view for one answer and a caller's id.
    """

    query: CachedMethod[S, ..., Own]
    added: Callable[[Encoded, Own], Encoded | None]
    for_all: bool = False
    of_answer: Method[S, [Encoded, UUID], Own] | None = None


@dataclass(frozen=True, slots=True)
class Audiences(Generic[S]):
    """How a query answers audiences where its answer is not for all: `answer` takes the same
    arguments and then the audience, `held` is the cached query of what a caller holds, by the
    caller's id."""

    answer: Method[S, ..., View]
    held: "CachedMethod[Any, [UUID], Held]"


def on_views(kind: type[V], added: Callable[[V, Own], V]) -> Callable[[Encoded, Own], Encoded]:
    """Return how views are added to encoded ones, by how they are added to views."""

    def added_to_encoded(shared: Encoded, own: Own) -> Encoded:
        return added(kind.model_validate_json(shared.content), own).encoded()

    return added_to_encoded


@overload
def cached(ttl: float, *, tags: Tags) -> Callable[[Method[S, P, R]], CachedMethod[S, P, R]]: ...


@overload
def cached(
    ttl: float, *, tags: Callable[P, Tags | None]
) -> Callable[[Method[S, P, R]], CachedMethod[S, P, R]]: ...


@overload
def cached(
    ttl: float,
    *,
    tags: Callable[P, Tags | None],
    fallback: Method[S, P, R],
) -> Callable[[Method[S, P, R]], CachedMethod[S, P, R]]: ...


@overload
def cached(
    ttl: float,
    *,
    tags: Callable[P, Tags | None],
    overlay: Overlay[S, Any],
) -> Callable[[Method[S, P, R]], CachedMethod[S, P, R]]: ...


@overload
def cached(
    ttl: float,
    *,
    tags: Callable[P, Tags | None],
    fallback: Method[S, P, R],
    audiences: Audiences[S],
    overlay: Overlay[S, Any] | None = None,
) -> Callable[[Method[S, P, R]], CachedMethod[S, P, R]]: ...


def cached(
    ttl: float,
    *,
    tags: Tags | Callable[..., Tags | None],
    fallback: Callable[..., Awaitable[Any]] | None = None,
    overlay: Overlay[Any, Any] | None = None,
    audiences: Audiences[Any] | None = None,
) -> Callable[[Method[S, P, R]], CachedMethod[S, P, R]]:
    """Cache a query's answer, which is shared by all callers: it must not depend on the caller.

    Its tags are constant, or depend on its arguments. For authenticated callers, `fallback`
    answers where there is no shared answer, and `overlay` adds to the shared one what depends on
    the caller. Where not all in the answer is for all (`closed`), `audiences` answer them, and the
    fallback where they can't.
    """
    tags_of = tags if callable(tags) else lambda *_, **__: tags
    return lambda method: CachedMethod(method, ttl, tags_of, fallback, overlay, audiences)


class Uncached:
    """Used when caching is off."""

    def __init__(self) -> None:
        self.outcome: Outcome | None = None

    async def get_or_load(self, call: CachedCall, load: Callable[[], Awaitable[Answer]]) -> Answer:
        self.outcome = "BYPASS"
        return await load()
