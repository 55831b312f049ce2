"""The methods of an address, for the header `Allow`."""

from typing import Any

from fastapi import Request
from starlette.routing import compile_path

from domain.ids import read_id


def allowed_methods(request: Request) -> str:
    """Return all methods of an address; the router itself gives those of the first match only."""
    methods = {
        method.upper()
        for path, calls in request.app.openapi()["paths"].items()
        if (found := compile_path(path)[0].fullmatch(request.url.path))
        for method, call in calls.items()
        if _takes(call, found.groupdict())
    }
    return ", ".join(sorted(methods | ({"HEAD"} if "GET" in methods else set())))


def _takes(call: dict[str, Any], values: dict[str, str]) -> bool:
    """Return whether a call accepts a path's values: a slug reads a post, but does not change
    it."""
    ids = (
        parameter["name"]
        for parameter in call.get("parameters", ())
        if parameter["in"] == "path" and parameter["schema"].get("format") == "uuid"
    )
    return all(read_id(values[name]) for name in ids)
