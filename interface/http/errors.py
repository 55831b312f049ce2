"""Errors as problem documents (RFC 9457): one table from classes to statuses."""

import json
import logging
from collections.abc import Mapping, Sequence
from re import sub
from typing import Any, cast

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from application.files import FilesFull
from application.limits import LimitReached
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
    DomainError,
    Forbidden,
    Invalid,
    NotFound,
    StaleVersion,
    Taken,
    Unauthenticated,
)
from interface.http.allowed import allowed_methods
from interface.http.problems import phrase_of
from interface.http.realworld.errors import (
    faults_of,
    faults_of_input,
    faults_of_status,
    is_realworld,
    refusal,
)
from interface.site.errors import bare_error_page, error_page, is_for_people

PROBLEM_JSON = "application/problem+json"
# together they keep a problem document under 16 KB, whatever the request contains
_ERRORS_LIMIT = 20
_NAME_LIMIT = 32
_MESSAGE_LIMIT = 200
_PATH_LIMIT = 200
_STATUSES: Mapping[type[Exception], int] = {
    Invalid: 422,
    Unauthenticated: 401,
    Forbidden: 403,
    NotFound: 404,
    Conflict: 409,
    StaleVersion: 412,
    ForgedPosition: 400,
    LimitReached: 429,
    ConcurrentChange: 409,
    ConnectionLost: 503,
    StorageFull: 507,
    FilesFull: 507,
    Retryable: 503,
    Unavailable: 503,
    OutcomeUnknown: 503,
}
_WORDS: Mapping[type[Exception], str] = {
    ConcurrentChange: "It was changed concurrently: retry the request.",
    ConnectionLost: "The connection to the database was lost, and it may be down: try again.",
    StorageFull: "The disk of the database is full, and nothing was stored: try again later.",
    Retryable: "The database is busy: try again.",
}
_log = logging.getLogger("broadsheet.http")


class FieldError(BaseModel):
    """The error of one field."""

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
    """Register handlers that answer every error with a problem document."""
    for kind in _STATUSES:
        app.add_exception_handler(kind, known_error)
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
    if is_realworld(request.scope):
        return refusal(status, faults_of_status(status, detail), headers)
    if is_for_people(request):
        return bare_error_page(request, status, detail, headers or {})
    title = phrase_of(status)
    document = Problem(
        type=type_of(kind or title),
        title=title,
        status=status,
        detail=_cut(detail, _MESSAGE_LIMIT),
        instance=_cut(request.url.path, _PATH_LIMIT),
        request_id=request.state.request_id,
        errors=errors,
    )
    # escaped to ASCII, as it may contain what a caller sent, such as lone surrogates
    content = json.dumps(document.model_dump(exclude_none=True))
    return Response(content, status, dict(headers or {}), media_type=PROBLEM_JSON)


def internal_error(request: Request, error: Exception) -> Response:
    """Answer an unexpected error, which is logged with the request's id."""
    _log.error("an unforeseen error", exc_info=error)
    return problem(request, 500, "An unexpected error occurred: report it with the request_id.")


async def known_error(request: Request, error: Exception) -> Response:
    """Answer an error of the application."""
    kind = next(kind for kind in type(error).__mro__ if kind in _STATUSES)
    status = _STATUSES[kind]
    name, headers = type(error).__name__, _HEADERS.get(status)
    if isinstance(error, LimitReached):
        headers = {"Retry-After": str(error.seconds)}
    if isinstance(error, DomainError) and is_realworld(request.scope):
        status, faults = faults_of(error, status, request.scope["path"])
        return refusal(status, faults, headers)
    detail, errors = _WORDS.get(kind) or str(error), _field_errors(error)
    return await _told(request, status, detail, kind=name, errors=errors, headers=headers)


async def _bad_request(request: Request, error: Exception) -> Response:
    found = _faults_without_frames(cast(RequestValidationError, error))
    if any(fault["type"] == "json_invalid" for fault in found):
        return problem(request, 400, "The body is not JSON.")
    if any(fault["loc"] == ("body",) for fault in found) and not _says_json(request):
        return problem(request, 415, "Send the body with Content-Type: application/json.")
    if is_realworld(request.scope):
        return refusal(*faults_of_input(found[:_ERRORS_LIMIT]))
    errors = [_field_error(fault) for fault in found[:_ERRORS_LIMIT]]
    return await _told(request, 422, _summary(errors, len(found)), kind="invalid", errors=errors)


def _faults_without_frames(error: RequestValidationError) -> Sequence[Any]:
    """Return the errors, without frames: those refer to the body, which would be freed only when
    the garbage collector runs."""
    found = error.errors()
    causes = (fault.get("ctx", {}).get("error") for fault in found)
    for each in (error, error.__cause__, *causes):
        if isinstance(each, Exception):
            each.with_traceback(None)
    return found


def _summary(errors: list[FieldError], found: int) -> str:
    said = "; ".join(f"{fault.field}: {fault.message}" for fault in errors)
    if found <= _ERRORS_LIMIT:
        return said
    rest = f"… and {found - _ERRORS_LIMIT} more errors."
    return f"{_cut(said, _MESSAGE_LIMIT - len(rest) - 1)} {rest}"


async def _http(request: Request, error: Exception) -> Response:
    fault = cast(HTTPException, error)
    detail = fault.detail if fault.status_code != 404 else "There is nothing at this address."
    headers = dict(fault.headers or {})
    if fault.status_code == 405 and (methods := allowed_methods(request)):
        headers["Allow"] = methods
    return await _told(request, fault.status_code, detail, headers=headers)


async def _told(
    request: Request,
    status: int,
    detail: str,
    *,
    kind: str = "",
    errors: list[FieldError] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Answer an error: people with a page, programs with a problem document."""
    if is_for_people(request):
        return await error_page(request, status, detail, headers or {})
    return problem(request, status, detail, kind=kind, errors=errors, headers=headers)


def _says_json(request: Request) -> bool:
    return "json" in request.headers.get("content-type", "")


def _field_errors(error: Exception) -> list[FieldError] | None:
    if isinstance(error, Taken):
        return [_error_of(field, str(error), error.code) for field in error.fields]
    if isinstance(error, Invalid):
        return [_error_of(error.field, str(error), error.code)]
    return None


def _field_error(fault: Mapping[str, Any]) -> FieldError:
    # the first part is the place: body, query, path
    names = [str(part) for part in fault["loc"]]
    field = ".".join(names[1:]) or names[0]
    return _error_of(field, _message(fault), fault["type"])


def _message(fault: Mapping[str, Any]) -> str:
    if fault["type"] == "union_tag_invalid":
        # pydantic's own message contains the value
        return f"It must be one of {fault['ctx']['expected_tags']}."
    return str(fault["msg"])


def _error_of(field: str, message: str, code: str) -> FieldError:
    return FieldError(field=_cut(field, _NAME_LIMIT), message=message, code=code)


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def types_of(status: int) -> list[str]:
    """Return the types of the problems with a status, the most general one first."""
    kinds = [kind for kind, its_status in _STATUSES.items() if its_status == status]
    named = [name for kind in kinds for name in _names_below(kind, status)]
    if status == 400 or not named:
        named.append(phrase_of(status))
    return [*map(type_of, named)]


def _names_below(kind: type[Exception], status: int) -> list[str]:
    own = [each for each in kind.__subclasses__() if _STATUSES.get(each, status) == status]
    return [kind.__name__, *(name for each in own for name in _names_below(each, status))]


def type_of(name: str) -> str:
    """Return the type of a problem, by the name of an error or a status."""
    joined = name.title().replace(" ", "") if " " in name else name
    return f"urn:broadsheet:problem:{sub(r'(?<!^)(?=[A-Z])', '-', joined).lower()}"


_HEADERS: Mapping[int, Mapping[str, str]] = {
    401: {"WWW-Authenticate": "Bearer"},
    503: {"Retry-After": "1"},
    507: {"Retry-After": "60"},
}
