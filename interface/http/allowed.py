"""Which methods an address takes: what `Allow` says beside a 405."""

from fastapi import Request
from starlette.routing import compile_path


def allowed_methods(request: Request) -> str:
    """Give all methods of an address; the router itself names those of the first match."""
    methods = {
        method.upper()
        for path, calls in request.app.openapi()["paths"].items()
        if compile_path(path)[0].fullmatch(request.url.path)
        for method in calls
    }
    return ", ".join(sorted(methods | ({"HEAD"} if "GET" in methods else set())))
