"""The API's description: FastAPI's, with this server's problem documents."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute, iter_route_contexts

from application.views import JSON
from interface.http.described_headers import describe_headers
from interface.http.errors import PROBLEM_JSON, Problem, types_of
from interface.http.examples import Examples
from interface.http.problems import OF_BODIES, phrase_of
from interface.http.query_strings import QueryString
from interface.http.realworld.errors import (
    EXAMPLES,
    Refusal,
    faults_of_status,
    is_realworld_path,
)
from interface.http.uploads import PictureForm

_PROBLEM = {"schema": {"$ref": "#/components/schemas/Problem"}}
_ABOUT = """Reads show what their caller wrote: send the access token, or the `Consistency-Token`
of the last command's answer.

Errors are problem documents (RFC 9457). Their `type` is `urn:broadsheet:problem:` and a name, which
each response of a call lists; act on it, and show `detail` to people.
"""
_TAGS = [
    {"name": "posts", "description": "Posts, their lists and search, and bulk operations."},
    {"name": "revisions", "description": "What the texts of posts were."},
    {"name": "working copies", "description": "Texts of posts that are not shown yet."},
    {"name": "previews", "description": "Links that show drafts."},
    {"name": "comments", "description": "Comments on posts."},
    {"name": "favorites", "description": "Favourites of posts."},
    {"name": "tags", "description": "The tags of published posts."},
    {"name": "users", "description": "Users, follows, and the pages that links in mails lead to."},
    {"name": "accounts", "description": "Registration, logins, tokens, and one's own account."},
    {"name": "media", "description": "Pictures: uploads, their texts and sizes."},
    {"name": "licences", "description": "Licences, offers on posts, and what readers hold."},
    {"name": "jobs", "description": "Jobs: what is done off the request."},
    {"name": "audit", "description": "Who did what to whom."},
    {"name": "blog", "description": "The settings of the blog."},
    {"name": "RealWorld", "description": "The RealWorld API, for the front ends that speak it."},
    {"name": "operations", "description": "For operators and load balancers."},
]
_WITHOUT_EXAMPLE = ("text/", "application/zip")
_REFUSAL = {"schema": {"$ref": "#/components/schemas/Refusal"}}
# FastAPI's own schemas of validation errors, which this server does not use
_UNUSED = ("HTTPValidationError", "ValidationError")


def describe(app: FastAPI) -> None:
    """Replace the application's description."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _description(app)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def operation_id(route: APIRoute) -> str:
    """Name a call as its function: generators of clients make methods of these names."""
    return route.name


def _description(app: FastAPI) -> dict[str, Any]:
    description = get_openapi(
        title=app.title,
        version=app.version,
        summary=app.summary,
        description=_ABOUT,
        servers=[{"url": "/", "description": "This server."}],
        tags=_TAGS,
        license_info={"name": "MIT", "identifier": "MIT"},
        routes=app.routes,
    )
    _add_query_strings(app, description["paths"])
    schemas = description["components"]["schemas"]
    schemas[PictureForm.__name__] = PictureForm.model_json_schema()
    examples = Examples(schemas)
    for name in _UNUSED:
        schemas.pop(name, None)
    schemas |= _schemas_of_problems()
    for path, calls in description["paths"].items():
        for method, call in calls.items():
            call.setdefault("security", [])
            _say_problems(path, call)
            _describe_call(call, examples)
            if path.startswith("/api/"):
                describe_headers(method, call)
    examples.remove()
    return description


def _add_query_strings(app: FastAPI, paths: dict[str, Any]) -> None:
    routes = iter_route_contexts(app.routes)
    for route in (each for each in routes if isinstance(each.original_route, APIRoute)):
        for dependency in route.dependant.dependencies:
            if isinstance(dependency.call, QueryString):
                call = paths[str(route.path_format)]["get"]
                call.setdefault("parameters", []).extend(dependency.call.parameters)


def _say_problems(path: str, call: dict[str, Any]) -> None:
    for status in OF_BODIES if "requestBody" in call else ():
        call["responses"][str(status)] = {"description": phrase_of(status)}
    if is_realworld_path(path):
        _say_refusals(call)
    for status, response in call["responses"].items():
        if status >= "400" and "content" not in response:
            types = types_of(int(status))
            named = ", ".join(f"`{each.rpartition(':')[2]}`" for each in types)
            response["description"] = f"{response['description']}: {named}"
            example = {"example": _example_of_problem(path, int(status), types[0])}
            response["content"] = {PROBLEM_JSON: _PROBLEM | example}


def _say_refusals(call: dict[str, Any]) -> None:
    for status, response in call["responses"].items():
        if status >= "400":
            detail = "What is wrong, and what to do about it."
            faults = EXAMPLES.get(int(status)) or faults_of_status(int(status), detail)
            response["content"] = {JSON: _REFUSAL | {"example": {"errors": faults}}}


def _example_of_problem(path: str, status: int, kind: str) -> dict[str, Any]:
    return {
        "type": kind,
        "title": phrase_of(status),
        "status": status,
        "detail": "What is wrong, and what to do about it.",
        "instance": path,
        "request_id": "5f3c9a0b7d2e4f6a8b1c0d9e8f7a6b5c",
    }


def _describe_call(call: dict[str, Any], examples: Examples) -> None:
    for parameter in call.get("parameters", ()):
        parameter["schema"] = _without_null(parameter["schema"])
    for part in (call.get("requestBody", {}), *call["responses"].values()):
        for kind, content in part.get("content", {}).items():
            if not kind.startswith(_WITHOUT_EXAMPLE):
                _add_example(content, examples)


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """Remove null from the types of parameters, which can be absent but not null."""
    choices = [choice for choice in schema.get("anyOf", ()) if choice != {"type": "null"}]
    if len(choices) != 1:
        return schema
    kept: dict[str, Any] = {name: said for name, said in schema.items() if name != "anyOf"}
    kept.update(choices[0])
    return kept


def _add_example(content: dict[str, Any], examples: Examples) -> None:
    # an optional body is described as a choice between a schema and null
    reference = _without_null(content["schema"])["$ref"]
    content["schema"] = {"$ref": reference}
    for example in examples.of(content["schema"]):
        content["example"] = example


def _schemas_of_problems() -> dict[str, Any]:
    named: dict[str, Any] = {}
    for kind in (Problem, Refusal):
        schema = kind.model_json_schema(ref_template="#/components/schemas/{model}")
        named |= schema.pop("$defs") | {kind.__name__: schema}
    return named
