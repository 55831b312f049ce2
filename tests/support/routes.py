"""The routes of an aggregate, as input of the tests that all aggregates share."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from string import Formatter
from typing import Any

from httpx import Response

from domain.caller import Role
from tests.support.api import Api, Person

# an anonymous caller, another user of each role, and the owner of the samples
CALLERS = ("nobody", "reader", "author", "owner", "editor", "admin")
Answers = tuple[int, int, int, int, int, int]
Samples = dict[str, Any]  # by their names in the paths of routes
Bodies = Sequence[Any]
People = dict[str, Person | None]
_ROLES = {"reader": Role.READER, "editor": Role.EDITOR, "admin": Role.ADMIN}


def everyone(status: int) -> Answers:
    return (status,) * 6


def authenticated(status: int) -> Answers:
    return (401, *(status,) * 5)


def owners(status: int, others: int) -> Answers:
    """The owner and editors may; others may not."""
    return (401, others, others, status, status, status)


def editors(status: int) -> Answers:
    return (401, 403, 403, 403, status, status)


def admins(status: int) -> Answers:
    return (401, 403, 403, 403, 403, status)


@dataclass(frozen=True)
class Blog:
    """Where samples are made: by their owner, or by an editor."""

    call: Callable[..., Awaitable[Response]]
    owner: Person
    editor: Person

    @classmethod
    def of(cls, api: Api, people: People) -> "Blog":
        owner, editor = people["owner"], people["editor"]
        assert owner
        assert editor
        return cls(api.call, owner, editor)

    async def get(self, path: str, by: Person | None = None) -> Response:
        return await self.call("GET", path, by)

    async def post(self, path: str, body: Any = None, by: Person | None = None) -> Samples:
        """Send a POST, by default as the owner; returns the answer's JSON."""
        answer = await self.call("POST", path, by or self.owner, json=body)
        made: Samples = answer.raise_for_status().json()
        return made


async def nothing(_: Blog) -> Samples:
    return {}


@dataclass(frozen=True)
class Route:
    """A call, and how each caller is answered: on samples, and on hidden ones, if there are any.

    `bad` has bodies that are refused, `form` what is sent instead of JSON, `like` its path in the
    API's description, where that has another one.
    """

    method: str
    path: str
    answers: Answers
    hidden: Answers | None = None
    body: Any = None
    bad: Bodies = ()
    form: Any = None
    like: str = ""

    @property
    def described(self) -> tuple[str, str]:
        return self.method, self.like or self.path.partition("?")[0]

    @property
    def names(self) -> set[str]:
        """The samples that its path names."""
        return {name for _, name, _, _ in Formatter().parse(self.path) if name}

    async def call(self, api: Api, by: Person | None, samples: Samples, **options: Any) -> Response:
        path = self.path.format(**samples)
        sent = {"files": self.form} if self.form else {"json": self.body}
        return await api.call(self.method, path, by, **sent, **options)


@dataclass(frozen=True)
class Routes:
    """The routes of an aggregate, and what makes samples to try them on."""

    routes: tuple[Route, ...]
    samples: Callable[[Blog], Awaitable[Samples]] = nothing
    hidden: Callable[[Blog], Awaitable[Samples]] = nothing

    @property
    def reads(self) -> tuple[Route, ...]:
        return tuple(route for route in self.routes if route.method == "GET")

    async def shown(self, api: Api, by: Person | None, samples: Samples) -> list[Any]:
        """Return what all GETs answer for which these samples are enough."""
        asked = (route for route in self.reads if route.names <= samples.keys())
        return [told(await route.call(api, by, samples)) for route in asked]


@dataclass(frozen=True)
class Trial:
    """A route, to be tried on samples of one kind."""

    table: Routes
    route: Route
    is_hidden: bool

    def __str__(self) -> str:
        return f"{self.route.method} {self.route.path}{' hidden' if self.is_hidden else ''}"

    @property
    def answers(self) -> dict[str, int]:
        """How it answers, by the names of the callers."""
        answers = self.route.hidden if self.is_hidden else self.route.answers
        return dict(zip(CALLERS, answers or (), strict=True))

    @property
    def is_read(self) -> bool:
        return self.route.method == "GET"

    @property
    def changes(self) -> bool:
        """Whether it is a command that somebody may use."""
        return not self.is_read and min(self.answers.values()) < 400

    async def samples(self, blog: Blog) -> Samples:
        return await (self.table.hidden if self.is_hidden else self.table.samples)(blog)


def told(answer: Response) -> str | int:
    """Return what an answer tells: a refusal has the id of its request besides."""
    return answer.text if answer.is_success else answer.status_code


async def people(api: Api, *names: str) -> People:
    """Make the callers of these names, or all."""
    asked = names or CALLERS[1:]
    authenticated = {name: await api.person(_ROLES.get(name, Role.AUTHOR)) for name in asked}
    return {"nobody": None} | authenticated
