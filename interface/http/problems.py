"""The problems of calls; their schema is added to the whole description."""

from http import HTTPStatus
from typing import Any

# a forged token, an invalid one, a long address, an unknown parameter, a limit, a database that is
# down
_OF_ALL = (400, 401, 414, 422, 429, 503)
OF_BODIES = (413, 415)  # the description adds them where a call has one
NOT_MODIFIED: dict[int | str, dict[str, Any]] = {
    304: {"description": "The caller's `If-None-Match` names what would be answered."},
}
# Python's versions name these differently
_PHRASES = {
    413: "Request Entity Too Large",
    414: "URI Too Long",
    422: "Unprocessable Entity",
}


def phrase_of(status: int) -> str:
    """Return the phrase of a status."""
    return _PHRASES.get(status) or HTTPStatus(status).phrase


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Name the problems of a call, for the API's description."""
    named = sorted({*_OF_ALL, *statuses})
    return {status: {"description": phrase_of(status)} for status in named}
