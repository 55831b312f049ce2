"""Every route against every role, the owner and strangers, on published posts and drafts."""

from dataclasses import dataclass
from typing import Any

import pytest

from core.dependencies.container import Container
from domain.user import Role
from interface.http.app import create_api
from tests.support.api import Api, Person

# nobody signed in, a stranger of each role, and the author of the post and its comment
CALLERS = ("nobody", "reader", "author", "owner", "editor", "admin")
Answers = tuple[int, int, int, int, int, int]


def everyone(status: int) -> Answers:
    return (status,) * 6


def signed_in(status: int) -> Answers:
    return (401, *(status,) * 5)


def editors(status: int, others: int) -> Answers:
    """The owner and editors may; others may not."""
    return (401, others, others, status, status, status)


HIDDEN: Answers = (404, 404, 404, 200, 200, 200)
POST, COMMENT = "/posts/{post}", "/posts/{post}/comments"
BODY = {"body": "Mine"}
BULK = {"operations": [{"op": "create", "title": "t", "body": "b"}]}


@dataclass(frozen=True)
class Route:
    """A call, and how it is answered: on a published post, and on a draft, where it has one."""

    method: str
    path: str
    published: Answers
    draft: Answers | None = None
    body: dict[str, Any] | None = None


ROUTES = [
    Route("GET", POST, everyone(200), HIDDEN),
    Route("PATCH", POST, editors(200, 403), editors(200, 404), {"title": "Mine"}),
    Route("DELETE", POST, editors(204, 403), editors(204, 404)),
    Route("POST", f"{POST}/publish", editors(409, 403), editors(200, 404)),
    Route("POST", f"{POST}/unpublish", editors(200, 403), editors(409, 404)),
    Route("POST", f"{POST}/archive", editors(200, 403), editors(409, 404)),
    Route("POST", f"{POST}/restore", editors(404, 403), editors(404, 404)),
    Route("PUT", f"{POST}/favorite", signed_in(200), editors(409, 404)),
    Route("DELETE", f"{POST}/favorite", signed_in(200), editors(200, 404)),
    Route("GET", COMMENT, everyone(200), HIDDEN),
    Route("POST", COMMENT, signed_in(201), editors(409, 404), BODY),
    Route("GET", f"{COMMENT}/1", everyone(200), HIDDEN),
    Route("PATCH", f"{COMMENT}/1", editors(200, 403), editors(200, 404), BODY),
    Route("DELETE", f"{COMMENT}/1", editors(204, 403), editors(204, 404)),
]
OTHERS = [
    Route("GET", "/posts", everyone(200)),
    Route("GET", "/posts?status=draft", signed_in(200)),
    Route("GET", "/posts?feed=following", signed_in(200)),
    Route("POST", "/posts", (401, 403, 201, 201, 201, 201), body={"title": "t", "body": "b"}),
    Route("GET", "/jobs", signed_in(200)),
    Route("GET", "/jobs/{job}", (401, 404, 404, 200, 404, 200)),
    Route("POST", "/jobs/{job}/replay", (401, 403, 403, 403, 403, 409)),
    Route("POST", "/jobs/{job}/discard", (401, 403, 403, 403, 403, 409)),
    Route("POST", "/posts/bulk", signed_in(202), body=BULK),
    Route("GET", "/tags", everyone(200)),
    Route("GET", "/users/me", signed_in(200)),
    Route("PATCH", "/users/me", signed_in(200), body={}),
    Route("GET", "/users/{other}", everyone(200)),
    Route("PUT", "/users/{other}/follow", signed_in(204)),
    Route("DELETE", "/users/{other}/follow", signed_in(204)),
    # without a token of its own, nobody unsubscribes
    Route("GET", "/mails/unsubscribe?token=x", everyone(422)),
    Route("POST", "/mails/unsubscribe?token=x", everyone(422)),
    Route("GET", "/users", (401, 403, 403, 403, 403, 200)),
    Route("PATCH", "/users/{other}", (401, 403, 403, 403, 403, 200), body={"role": "reader"}),
]
OF_NOBODY = {"/auth/register", "/auth/token", "/auth/refresh", "/auth/logout"}


NAMES = {"{post}": "{post_id}", "/1": "/{number}", "{other}": "{username}", "{job}": "{job_id}"}


@pytest.fixture
def described(container: Container) -> dict[tuple[str, str], set[int]]:
    """All calls, each with the statuses that its description has."""
    return {
        (method.upper(), path.removeprefix("/api/v1")): set(map(int, call["responses"]))
        for path, methods in create_api(container).openapi()["paths"].items()
        if path.startswith("/api/v1")
        for method, call in methods.items()
    }


def call_of(route: Route) -> tuple[str, str]:
    """A route as it is described."""
    path = route.path.partition("?")[0]
    for name, described_name in NAMES.items():
        path = path.replace(name, described_name)
    return route.method, "/posts/{key}" if route is ROUTES[0] else path


def test_every_route_is_tried_here(described: dict[tuple[str, str], set[int]]) -> None:
    tried = {call_of(route) for route in ROUTES + OTHERS}
    assert described.keys() == tried | {("POST", path) for path in OF_NOBODY}


def test_every_answer_is_described(described: dict[tuple[str, str], set[int]]) -> None:
    for route in ROUTES + OTHERS:
        assert {*route.published, *(route.draft or ())} <= described[call_of(route)], route


@pytest.fixture
async def callers(api: Api) -> dict[str, Person | None]:
    roles = {"reader": Role.READER, "editor": Role.EDITOR, "admin": Role.ADMIN}
    people: dict[str, Person | None] = {
        name: await api.person(roles.get(name, Role.AUTHOR)) for name in CALLERS[1:]
    }
    return {"nobody": None} | people


async def commented(api: Api, owner: Person, *, draft: bool) -> str:
    post = await api.write(owner)
    await api.post(f"/posts/{post['id']}/comments", owner, json={"body": "Hers"})
    if draft:
        await api.post(f"/posts/{post['id']}/unpublish", owner)
    return str(post["id"])


async def caused(api: Api, owner: Person) -> str:
    return str((await api.post("/posts/bulk", owner, json=BULK)).json()["id"])


@pytest.mark.parametrize("route", ROUTES + OTHERS, ids=lambda route: f"{route.method} {route.path}")
async def test_each_caller_is_answered_as_their_role_allows(
    api: Api, callers: dict[str, Person | None], route: Route
) -> None:
    owner, other = callers["owner"], await api.person()
    assert owner is not None
    for answers, draft in ((route.published, False), (route.draft or (), True)):
        for (name, caller), status in zip(callers.items(), answers, strict=bool(answers)):
            post = await commented(api, owner, draft=draft) if POST in route.path else None
            job = await caused(api, owner) if "{job}" in route.path else None
            path = route.path.format(post=post, job=job, other=other.username)
            answer = await api.call(route.method, path, caller, json=route.body)
            assert answer.status_code == status, (name, draft, answer.text)
