"""The API's description: what generators of clients, and people at /docs, need of it."""

import re
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest

from core.dependencies.container import Container
from interface.http.app import create_app
from interface.http.examples import EXAMPLES

Call = tuple[str, dict[str, Any]]


@pytest.fixture
def description(sqlite_container: Container) -> dict[str, Any]:
    return create_app(sqlite_container).openapi()


def calls(description: dict[str, Any]) -> Iterator[Call]:
    for path, methods in description["paths"].items():
        for call in methods.values():
            yield path, call


def contents(description: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """All that goes in and out with a body, but for plain text."""
    for _, call in calls(description):
        for part in (call.get("requestBody", {}), *call["responses"].values()):
            for kind, content in part.get("content", {}).items():
                if not kind.startswith("text/"):
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
                for content in part.get("content", {}).values():
                    name = content["schema"]["$ref"].rpartition("/")[2]
                    validators[name].validate(content["example"])
    assert EXAMPLES.keys() <= validators.keys()


def test_every_call_of_the_api_tells_its_errors(description: dict[str, Any]) -> None:
    for path, call in calls(description):
        if not path.startswith("/api/"):
            continue
        assert {"400", "401", "422", "503"} <= call["responses"].keys()
        assert ("413" in call["responses"]) == ("requestBody" in call)
        for status, answer in call["responses"].items():
            if status >= "400":
                assert list(answer["content"]) == ["application/problem+json"]


def test_what_stands_in_an_address_is_never_null(description: dict[str, Any]) -> None:
    for _, call in calls(description):
        for parameter in call.get("parameters", ()):
            assert "null" not in str(parameter["schema"])
