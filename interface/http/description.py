"""The API's description: FastAPI's, with problems as this server answers them."""

from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from interface.http.described_headers import describe_headers
from interface.http.errors import PROBLEM_JSON, Problem, type_of
from interface.http.examples import EXAMPLES

_PROBLEM = {"schema": {"$ref": "#/components/schemas/Problem"}}
# FastAPI's own words for bad fields, which this server never says
_UNUSED = ("HTTPValidationError", "ValidationError")


def describe(app: FastAPI) -> None:
    """Let the application describe itself in the words that it answers with."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _description(app)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def operation_id(route: APIRoute) -> str:
    """Name a call as its route is named: generators make methods of these names."""
    return route.name


def _description(app: FastAPI) -> dict[str, Any]:
    description = get_openapi(
        title=app.title, version=app.version, summary=app.summary, routes=app.routes
    )
    schemas = description["components"]["schemas"]
    for name in _UNUSED:
        schemas.pop(name, None)
    schemas |= _schemas_of_problems()
    for path, calls in description["paths"].items():
        for method, call in calls.items():
            _say_problems(path, call["responses"])
            _describe_call(call)
            if path.startswith("/api/"):
                describe_headers(method, call)
    return description


def _say_problems(path: str, responses: dict[str, Any]) -> None:
    for status, response in responses.items():
        if status >= "400" and "content" not in response:
            example = {"example": _example_of_problem(path, int(status))}
            response["content"] = {PROBLEM_JSON: _PROBLEM | example}


def _example_of_problem(path: str, status: int) -> dict[str, Any]:
    return {
        "type": type_of(HTTPStatus(status).phrase),
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": "What is wrong, and what to do about it.",
        "instance": path,
        "request_id": "5f3c9a0b7d2e4f6a8b1c0d9e8f7a6b5c",
    }


def _describe_call(call: dict[str, Any]) -> None:
    for parameter in call.get("parameters", ()):
        parameter["schema"] = _without_null(parameter["schema"])
    for part in (call.get("requestBody", {}), *call["responses"].values()):
        for kind, content in part.get("content", {}).items():
            if not kind.startswith("text/"):
                _add_example(content)


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """What stands in an address or a header is there or not, and never null."""
    choices = [choice for choice in schema.get("anyOf", ()) if choice != {"type": "null"}]
    if len(choices) != 1:
        return schema
    kept: dict[str, Any] = {name: said for name, said in schema.items() if name != "anyOf"}
    kept.update(choices[0])
    return kept


def _add_example(content: dict[str, Any]) -> None:
    # a body that may be left out is a choice between a schema and null
    reference = _without_null(content["schema"])["$ref"]
    content["schema"] = {"$ref": reference}
    name = reference.rpartition("/")[2]
    if name in EXAMPLES:
        content["example"] = EXAMPLES[name]


def _schemas_of_problems() -> dict[str, Any]:
    schema: dict[str, Any] = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    parts: dict[str, Any] = schema.pop("$defs")
    return parts | {"Problem": schema}
