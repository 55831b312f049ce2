"""Which problems a call may answer with; their shape is added to the description as a whole."""

from http import HTTPStatus
from typing import Any


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Name the problems of a call, for the API's description."""
    return {status: {"description": HTTPStatus(status).phrase} for status in statuses}
