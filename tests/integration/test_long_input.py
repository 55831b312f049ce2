"""Whatever is sent, however long: no call holds up the loop, and no refusal is long."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import pytest

from core.blog.container import blog_container
from domain.caller import Role
from interface.http.app import create_api
from tests.support.aggregates import all_samples
from tests.support.api import Api, Person
from tests.support.held_loop import longest_step
from tests.support.profile import IS_FULL
from tests.support.routes import Blog
from tests.support.settings import settings_for

HELD_SECONDS = 0.1
REFUSAL_BYTES = 16_384
SIZES = (1_024, 1_048_576 if IS_FULL else 131_072)
UNITS = {"ascii": "x", "marks": "\u0301\u0316", "ligatures": "\ufdfa"}
SMALL = {
    "title": "A title",
    "body": "A body",
    "op": "create",
    "username": "somebody",
    "email": "somebody@example.com",
    "password": "correct horse",
    "refresh_token": "x",
    "grant_type": "password",
    "role": "reader",
}
DESCRIPTION = create_api(blog_container(settings_for("sqlite:///never-opened.db"))).openapi()
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Call:
    """A call of the API, as its description has it."""

    method: str
    path: str
    fields: tuple[str, ...]
    parameters: tuple[str, ...]
    names: tuple[str, ...]
    is_form: bool

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def calls() -> Iterator[Call]:
    for path, methods in DESCRIPTION["paths"].items():
        if path.startswith("/api/v1/"):
            for method, said in methods.items():
                yield call(method.upper(), path.removeprefix("/api/v1"), said)


def call(method: str, path: str, said: dict[str, Any]) -> Call:
    content = said.get("requestBody", {}).get("content", {})
    fields = {name for media in content.values() for name in fields_of(media["schema"])}
    placed: dict[str, list[str]] = {"query": [], "path": [], "header": []}
    for parameter in said.get("parameters", ()):
        placed[parameter["in"]].append(parameter["name"])
    return Call(
        method,
        path,
        tuple(sorted(fields)),
        tuple(placed["query"]),
        tuple(placed["path"]),
        FORM in content,
    )


def fields_of(schema: dict[str, Any]) -> Iterator[str]:
    if name := schema.get("$ref", "").rpartition("/")[2]:
        schema = DESCRIPTION["components"]["schemas"][name]
    yield from schema.get("properties", ())
    for one in schema.get("anyOf", ()):
        yield from fields_of(one)


def texts(size: int) -> Iterator[str]:
    for unit in UNITS.values():
        yield ("a" + unit * (size // len(unit.encode())))[:size]


def bodies(call: Call, size: int) -> Iterator[Any]:
    """Return bodies with each field at this size, one of nothing but nesting, and one of keys."""
    if not call.fields:
        return
    plain = {name: SMALL[name] for name in call.fields if name in SMALL}
    for name in call.fields:
        for text in texts(size):
            values = (text,) if call.is_form else (text, [text], [{"op": "create", "title": text}])
            yield from (plain | {name: value} for value in values)
    yield plain | {f"k{number}": 1 for number in range(size // 8)}
    if not call.is_form:
        yield from (plain | {call.fields[0]: nested} for nested in nestings(size))


def nestings(size: int) -> Iterator[Any]:
    yield [[]] * (size // 4)
    yield json.loads("[" * 500 + "]" * 500)


def addresses(call: Call, size: int, there: dict[str, str]) -> Iterator[str]:
    """Return addresses with each part at this size, as far as a server takes them."""
    path = call.path.format(**there)
    for text in texts(min(size, 9_000)):
        for name in call.names:
            yield call.path.format(**there | {name: quote(text, safe="")})
        for name in (*call.parameters, "unknown"):
            yield f"{path}?{name}={quote(text, safe='')}"
    yield path + "?" + "&".join(f"k{number}=1" for number in range(min(size, 48_000) // 8))


@pytest.fixture
async def ann(api: Api) -> Person:
    return await api.person()


@pytest.fixture
async def there(api: Api, ann: Person) -> dict[str, str]:
    blog = Blog(api.call, ann, await api.person(Role.EDITOR))
    return {name: str(each) for name, each in (await all_samples(blog)).items()}


@pytest.mark.one_database
@pytest.mark.parametrize("call", list(calls()), ids=str)
async def test_no_call_holds_up_the_loop(
    api: Api, ann: Person, there: dict[str, str], call: Call
) -> None:
    for size in SIZES:
        for path in addresses(call, size, there):
            await hold(api, ann, call.method, path)
        for body in bodies(call, size):
            sent = {"data": body} if call.is_form else {"json": body}
            await hold(api, ann, call.method, call.path.format(**there), **sent)


async def hold(api: Api, ann: Person, method: str, path: str, **sent: Any) -> None:
    """Send a request; its answer comes soon, and is short where it refuses."""
    with longest_step() as step:
        answer = await api.call(method, path, ann, **sent)
    asked = f"{method} {path[:80]} {str(sent)[:80]}: {answer.status_code}"
    assert step.seconds < HELD_SECONDS, asked
    assert answer.status_code < 500, asked
    assert answer.status_code < 400 or len(answer.content) < REFUSAL_BYTES, asked
