"""The API's description: FastAPI's, with problems as this server answers them."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from interface.http.errors import PROBLEM_JSON, Problem

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


def _description(app: FastAPI) -> dict[str, Any]:
    description = get_openapi(
        title=app.title, version=app.version, summary=app.summary, routes=app.routes
    )
    schemas = description["components"]["schemas"]
    for name in _UNUSED:
        schemas.pop(name, None)
    schemas |= _schemas_of_problems()
    for path, calls in description["paths"].items():
        for call in calls.values():
            if path.startswith("/api/"):
                _say_problems(call["responses"])
    return description


def _say_problems(responses: dict[str, Any]) -> None:
    for status, response in responses.items():
        if status >= "400":
            response["content"] = {PROBLEM_JSON: _PROBLEM}


def _schemas_of_problems() -> dict[str, Any]:
    schema: dict[str, Any] = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    parts: dict[str, Any] = schema.pop("$defs")
    return parts | {"Problem": schema}
