"""Cached queries: what is said of them beside the query, and what a cache must do."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Concatenate, Literal, ParamSpec, Protocol, TypeVar
from uuid import UUID

from application.views import Encoded

Tags = tuple[str, ...]

S = TypeVar("S")
P = ParamSpec("P")
R = TypeVar("R")
Method = Callable[Concatenate[S, P], Awaitable[R]]


@dataclass(frozen=True, slots=True)
class Absent:
    """What a query answers with where there is nothing: what it had looked for."""

    what: str


Answer = Encoded | Absent
Outcome = Literal["HIT", "MISS", "BYPASS"]


@dataclass(frozen=True, slots=True)
class Question:
    """A call of a cached query, by the values of its arguments; `ttl` is in seconds."""

    name: str
    arguments: str
    tags: Tags
    ttl: float


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, and the tenant whose answer is wanted."""

    tenant: UUID
    question: Question


class Cache(Protocol):
    """Keeps answers to the questions of everyone, for one caller."""

    async def answer(self, question: Question, load: Callable[[], Awaitable[Answer]]) -> Answer:
        """Give the answer that is kept, if it is as new as the caller may expect; else load it."""


class KeptAnswers(Protocol):
    """What a cache has for everyone."""

    async def kept(self, asked: Asked) -> Encoded | None:
        """Give what a hit would give to somebody who wrote nothing; None for all else."""


@dataclass(frozen=True, slots=True)
class Caching:
    """How a query is cached: its tags, by its arguments; None where it can't be kept."""

    ttl: float
    tags: Callable[..., Tags | None]
    own_part: Callable[..., Awaitable[Any]] | None


def cached(
    ttl: float,
    *,
    tags: Callable[P, Tags | None],
    own_part: Callable[Concatenate[S, Callable[[], Awaitable[R]], P], Awaitable[R]] | None = None,
) -> Callable[[Method[S, P, R]], Method[S, P, R]]:
    """Let a query's answer be kept: that which everyone gets, so it must not look at the caller.

    `own_part` makes the answer for a caller who is signed in, from a function that gives
    everyone's.
    """

    def annotate(method: Method[S, P, R]) -> Method[S, P, R]:
        vars(method)["caching"] = Caching(ttl, tags, own_part)
        return method

    return annotate


class Uncached:
    """Stands where nothing is kept."""

    def __init__(self) -> None:
        self.outcome: Outcome | None = None

    async def answer(self, question: Question, load: Callable[[], Awaitable[Answer]]) -> Answer:
        self.outcome = "BYPASS"
        return await load()
