"""Which problems a call may answer with; their shape is added to the description as a whole."""

from http import HTTPStatus
from typing import Any

# a forged token, a bad one, a parameter that is not there, a database in need
_OF_ALL = (400, 401, 422, 503)
OF_BODIES = (413, 415)
NOT_MODIFIED: dict[int | str, dict[str, Any]] = {
    304: {"description": "The caller's `If-None-Match` names what would be answered."},
}


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Name the problems of a call, for the API's description."""
    named = sorted({*_OF_ALL, *statuses})
    return {status: {"description": HTTPStatus(status).phrase} for status in named}
