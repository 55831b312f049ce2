"""Errors as problem documents (RFC 9457): one table from classes to statuses."""

import json
import logging
from collections.abc import Mapping
from http import HTTPStatus
from re import sub
from typing import Any, cast

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from application.positions import ForgedPosition
from application.unit_of_work import (
    ConcurrentChange,
    ConnectionLost,
    OutcomeUnknown,
    Retryable,
    StorageFull,
    Unavailable,
)
from domain.errors import (
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    StaleVersion,
    Taken,
    Unauthenticated,
)
from interface.http.allowed import allowed_methods

PROBLEM_JSON = "application/problem+json"
_STATUSES: Mapping[type[Exception], int] = {
    Invalid: 422,
    Unauthenticated: 401,
    Forbidden: 403,
    NotFound: 404,
    Conflict: 409,
    StaleVersion: 412,
    ForgedPosition: 400,
    ConcurrentChange: 409,
    ConnectionLost: 503,
    StorageFull: 507,
    Retryable: 503,
    Unavailable: 503,
    OutcomeUnknown: 503,
}
_WORDS: Mapping[type[Exception], str] = {
    ConcurrentChange: "Others change this very thing just now: try again.",
    ConnectionLost: "The connection to the database was lost, and it may be down: try again.",
    StorageFull: "The disk of the database is full, and nothing was stored: try again later.",
    Retryable: "The database is busy: try again.",
}
_log = logging.getLogger("broadsheet.http")


class FieldError(BaseModel):
    """What is wrong with one field."""

    field: str
    message: str
    code: str


class Problem(BaseModel):
    """A problem document."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    request_id: str
    errors: list[FieldError] | None = None


def handle_errors(app: FastAPI) -> None:
    """Answer every error of the application with a problem document."""
    for kind in _STATUSES:
        app.add_exception_handler(kind, _known)
    app.add_exception_handler(RequestValidationError, _bad_request)
    app.add_exception_handler(HTTPException, _http)


def problem(
    request: Request,
    status: int,
    detail: str,
    *,
    kind: str = "",
    errors: list[FieldError] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Build the answer for a problem."""
    title = HTTPStatus(status).phrase
    document = Problem(
        type=type_of(kind or title),
        title=title,
        status=status,
        detail=detail,
        instance=request.url.path,
        request_id=request.state.request_id,
        errors=errors,
    )
    # escaped to ASCII: what a caller sent comes back in it, lone surrogates too
    content = json.dumps(document.model_dump(exclude_none=True))
    return Response(content, status, dict(headers or {}), media_type=PROBLEM_JSON)


def internal_error(request: Request, error: Exception) -> Response:
    """Answer an error that nobody foresaw: the log has it, the caller its request's id."""
    _log.error("an unforeseen error", exc_info=error)
    return problem(request, 500, "Something broke here: tell us the request_id.")


async def _known(request: Request, error: Exception) -> Response:
    kind = next(kind for kind in type(error).__mro__ if kind in _STATUSES)
    status = _STATUSES[kind]
    errors = None
    if isinstance(error, Invalid | Taken):
        errors = [FieldError(field=error.field, message=str(error), code=error.code)]
    detail = _WORDS.get(kind) or str(error)
    name = type(error).__name__
    return problem(request, status, detail, kind=name, errors=errors, headers=_HEADERS.get(status))


async def _bad_request(request: Request, error: Exception) -> Response:
    found = cast(RequestValidationError, error).errors()
    if any(fault["type"] == "json_invalid" for fault in found):
        return problem(request, 400, "The body is not JSON.")
    if any(fault["loc"] == ("body",) for fault in found) and not _says_json(request):
        return problem(request, 415, "Send the body with Content-Type: application/json.")
    errors = [_field_error(fault) for fault in found]
    detail = "; ".join(f"{fault.field}: {fault.message}" for fault in errors)
    return problem(request, 422, detail, kind="invalid", errors=errors)


async def _http(request: Request, error: Exception) -> Response:
    fault = cast(HTTPException, error)
    detail = fault.detail if fault.status_code != 404 else "There is nothing at this address."
    headers = dict(fault.headers or {})
    if fault.status_code == 405 and (methods := allowed_methods(request)):
        headers["Allow"] = methods
    return problem(request, fault.status_code, detail, headers=headers)


def _says_json(request: Request) -> bool:
    return "json" in request.headers.get("content-type", "")


def _field_error(fault: Mapping[str, Any]) -> FieldError:
    # the first part says where it stood: body, query, path
    names = [str(part) for part in fault["loc"]]
    field = ".".join(names[1:]) or names[0]
    return FieldError(field=field, message=fault["msg"], code=fault["type"])


def type_of(name: str) -> str:
    """Give the type of a problem, by the name of an error or a status."""
    joined = name.title().replace(" ", "") if " " in name else name
    return f"urn:broadsheet:problem:{sub(r'(?<!^)(?=[A-Z])', '-', joined).lower()}"


_HEADERS: Mapping[int, Mapping[str, str]] = {
    401: {"WWW-Authenticate": "Bearer"},
    503: {"Retry-After": "1"},
    507: {"Retry-After": "60"},
}
