"""The API's description: what generators of clients, and people at /docs, need of it."""

import re
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest

from core.dependencies.container import Container
from domain.ids import new_id
from interface.http.app import create_api
from tests.support.api import PASSWORD, Api

Call = tuple[str, dict[str, Any]]

WITHOUT_SCHEMA = ("text/", "application/zip")


@pytest.fixture
def description(sqlite_container: Container) -> dict[str, Any]:
    return create_api(sqlite_container).openapi()


def calls(description: dict[str, Any]) -> Iterator[Call]:
    for path, methods in description["paths"].items():
        for call in methods.values():
            yield path, call


def contents(description: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """All that goes in and out with a body, but for plain text and archives."""
    for _, call in calls(description):
        for part in (call.get("requestBody", {}), *call["responses"].values()):
            for kind, content in part.get("content", {}).items():
                if not kind.startswith(WITHOUT_SCHEMA):
                    yield content


def schemas_in(part: Any) -> Iterator[dict[str, Any]]:
    if isinstance(part, dict):
        if "type" in part or "anyOf" in part:
            yield part
        for value in part.values():
            yield from schemas_in(value)
    elif isinstance(part, list):
        for value in part:
            yield from schemas_in(value)


def test_every_call_is_named_once_and_shortly(description: dict[str, Any]) -> None:
    names = [call["operationId"] for _, call in calls(description)]
    assert len(names) == len(set(names)) >= 30
    assert all(re.fullmatch("[a-z_]{4,20}", name) for name in names)


def test_every_body_has_a_named_schema(description: dict[str, Any]) -> None:
    for content in contents(description):
        assert set(content["schema"]) == {"$ref"}, content


def test_no_schema_inside_another_is_anonymous(description: dict[str, Any]) -> None:
    for name, schema in description["components"]["schemas"].items():
        assert not name.startswith("Body_")
        for inner in schemas_in(schema.get("properties", {})):
            assert inner.get("type") != "object", name


def test_every_call_of_the_api_has_examples_that_are_true(description: dict[str, Any]) -> None:
    validators = {
        name: jsonschema_rs.Draft202012Validator(
            {"$ref": f"#/components/schemas/{name}", "components": description["components"]}
        )
        for name in description["components"]["schemas"]
    }
    for path, call in calls(description):
        if path.startswith("/api/"):
            for part in (call.get("requestBody", {}), *call["responses"].values()):
                for kind, content in part.get("content", {}).items():
                    if kind.startswith(WITHOUT_SCHEMA):
                        continue
                    name = content["schema"]["$ref"].rpartition("/")[2]
                    validators[name].validate(content["example"])


def test_every_call_of_the_api_tells_its_errors(description: dict[str, Any]) -> None:
    for path, call in calls(description):
        if not path.startswith("/api/"):
            continue
        assert {"400", "401", "422", "503"} <= call["responses"].keys()
        assert ("413" in call["responses"]) == ("requestBody" in call)
        kind = "application/problem+json" if path.startswith("/api/v1/") else "application/json"
        for status, answer in call["responses"].items():
            if status >= "400":
                assert list(answer["content"]) == [kind]


async def test_the_types_of_problems_are_those_that_are_sent(api: Api) -> None:
    described = create_api(api.container).openapi()["paths"]
    ann = await api.person()
    post = await api.write(ann)
    path, stale = f"/posts/{post['id']}", {"If-Match": '"9-"'}
    new_key = {"Idempotency-Key": "k"}
    register = {"username": ann.username, "email": "x@y.org", "password": PASSWORD}
    problems = {
        ("/posts", "post"): [
            await api.post("/posts", json={"title": "t"}),
            await api.post("/posts", ann, json={"title": "t"}),
            await api.post("/posts", ann, content=b"{", headers=new_key),
        ],
        ("/posts/{post_id}", "patch"): [
            await api.patch(path, ann, json={"title": "t"}, headers=stale),
            await api.patch(f"/posts/{new_id()}", ann, json={"title": "t"}),
        ],
        ("/posts/{post_id}/publish", "post"): [await api.post(f"{path}/publish", ann)],
        ("/auth/register", "post"): [await api.post("/auth/register", json=register)],
        ("/tags", "get"): [
            await api.get("/tags", headers={"Consistency-Token": "x"}),
            await api.get(f"/tags?{'x' * 40_000}"),
        ],
    }
    found = {answer.json()["type"] for answers in problems.values() for answer in answers}
    assert len(found) >= 7
    for (place, method), answers in problems.items():
        responses = described[f"/api/v1{place}"][method]["responses"]
        for answer in answers:
            name = answer.json()["type"].removeprefix("urn:broadsheet:problem:")
            assert f"`{name}`" in responses[str(answer.status_code)]["description"]


def test_what_stands_in_an_address_is_never_null(description: dict[str, Any]) -> None:
    for _, call in calls(description):
        for parameter in call.get("parameters", ()):
            assert "null" not in str(parameter["schema"])


async def test_every_header_that_is_described_comes(api: Api) -> None:
    """And none comes, of those that clients act on, that is not described."""
    described = create_api(api.container).openapi()["paths"]
    ann = await api.person()
    key = {"Idempotency-Key": "k"}
    body = {"title": "t", "body": "b", "status": "published"}
    for _ in range(2):
        created = await api.post("/posts", ann, json=body, headers=key)
    await api.write(ann)
    path = f"/posts/{created.json()['id']}"
    answers = {
        ("/posts", "post", "201"): created,
        ("/posts", "get", "200"): await api.get("/posts?limit=1"),
        ("/posts/{post_id}", "get", "200"): await api.get(path),
        ("/posts/{post_id}/archive", "post", "200"): await api.post(f"{path}/archive", ann),
        ("/users/me", "get", "401"): await api.get("/users/me"),
    }
    acted_on = {"location", "etag", "link", "consistency-token", "idempotency-replayed"}
    for (place, method, status), answer in answers.items():
        told = described[f"/api/v1{place}"][method]["responses"][status]["headers"]
        names = {name.lower() for name in told}
        missing = names - set(answer.headers) - {"idempotency-replayed"}
        assert not missing, (place, method)
        assert set(answer.headers) & acted_on <= names, (place, method)
