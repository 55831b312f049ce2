"""The errors of the RealWorld API: `{"errors": {"title": ["can't be blank"]}}`."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from fastapi import Response
from pydantic import BaseModel, RootModel
from starlette.types import Scope

from domain.errors import (
    Forbidden,
    Invalid,
    NotFound,
    NotPublished,
    OwnAccount,
    Taken,
    Unauthenticated,
)

MISSING, _INVALID = "is missing", "is invalid"
_BLANK, _TAKEN, _NOT_FOUND, _FORBIDDEN = (
    "can't be blank",
    "has already been taken",
    "not found",
    "forbidden",
)
_WORDS = {
    "string_too_short": "is too short (at least {min_length} characters)",
    "string_too_long": "is too long (at most {max_length} characters)",
    "too_long": "has too many items (at most {max_length})",
}
_PREFIX, _NATIVE = "/api", "/api/v1"
# how it names what the services name otherwise
_NAMES = {"post": "article", "user": "profile", "summary": "description", "tags": "tagList"}
# what errors are about whose field is not known
_ABOUT = {401: "token", 404: "address", 405: "method", 413: "body", 415: "body", 429: "requests"}

# what the API's description shows
EXAMPLES = {
    401: {"token": [MISSING]},
    403: {"article": [_FORBIDDEN]},
    404: {"article": [_NOT_FOUND]},
    409: {"username": [_TAKEN]},
    422: {"title": [_BLANK]},
}
_HEADERS = {401: {"WWW-Authenticate": "Bearer"}}

Faults = Mapping[str, Sequence[str]]


class FieldFaults(RootModel[dict[str, list[str]]]):
    """What is wrong, by the names of fields."""


class Refusal(BaseModel):
    """The answer to a call that was refused, or failed."""

    errors: FieldFaults


def is_realworld(scope: Scope) -> bool:
    """Return whether a request belongs to the RealWorld API."""
    return is_realworld_path(scope["path"].removeprefix(scope.get("root_path", "")))


def is_realworld_path(path: str) -> bool:
    """Return whether a path belongs to the RealWorld API."""
    return _is_below(_PREFIX, path) and not _is_below(_NATIVE, path)


def refusal(status: int, faults: Faults, headers: Mapping[str, str] | None = None) -> Response:
    """Build the answer for faults."""
    # escaped to ASCII, as a problem document
    content = json.dumps({"errors": faults})
    sent = {**_HEADERS.get(status, {}), **(headers or {})}
    return Response(content, status, sent, media_type="application/json")


def faults_of_status(status: int, detail: str) -> Faults:
    """Return the fault of an answer that knows its status and a text."""
    return {_ABOUT.get(status, "request"): [_NOT_FOUND if status == 404 else detail]}


def faults_of(error: Exception, status: int, path: str) -> tuple[int, Faults]:
    """Return the status and the faults of an error of the application, by the path of the call."""
    match error:
        case NotPublished():
            return 404, {"article": [_NOT_FOUND]}
        case NotFound():
            return 404, {_NAMES.get(error.what, error.what): [_NOT_FOUND]}
        case Forbidden():
            return 403, _forbidden(error, path)
        case OwnAccount():
            return 422, {"profile": [str(error)]}
        case Taken():
            return 409, {field: [_TAKEN] for field in error.fields}
        case Invalid():
            words = _BLANK if error.code == "blank" else str(error)
            return 422, {_NAMES.get(error.field, error.field): [words]}
        case Unauthenticated():
            return 401, {"token": [MISSING if str(error) == MISSING else _INVALID]}
    return status, faults_of_status(status, str(error))


def faults_of_input(found: Iterable[Mapping[str, Any]]) -> tuple[int, Faults]:
    """Return the status and the faults of input that FastAPI has refused."""
    faults: dict[str, list[str]] = {}
    for fault in found:
        place, *names = map(str, fault["loc"])
        if place == "path":
            # the only part of a path that is no text is the id of a comment
            return 404, {"comment": [_NOT_FOUND]}
        # in a body, the first name is that of the wrapper
        field = names[1] if len(names) > 1 else place
        faults.setdefault(field, []).append(_words_for(fault))
    return 422, faults


def _words_for(fault: Mapping[str, Any]) -> str:
    """Return what is shown to people: front ends put the name of the field before it."""
    if _is_blank(fault):
        return _BLANK
    words = _WORDS.get(fault["type"])
    return words.format_map(fault["ctx"]) if words else fault["msg"]


def _forbidden(error: Forbidden, path: str) -> Faults:
    if "/comments/" in path:
        return {"comment": [_FORBIDDEN]}
    return {"article": [_FORBIDDEN]} if "/articles" in path else {"user": [str(error)]}


def _is_blank(fault: Mapping[str, Any]) -> bool:
    sent = fault["input"]
    is_empty = sent is None or (isinstance(sent, str) and not sent.strip())
    return is_empty or fault["type"] == "missing"


def _is_below(prefix: str, path: str) -> bool:
    return path == prefix or path.startswith(f"{prefix}/")
