"""Whether a request asks for a page, or a program asks for JSON."""

from starlette.types import Scope

from interface.http.sent import sent_header

# what begins with these is not the site's
_OF_PROGRAMS = (
    "/api",
    "/docs",
    "/redoc",
    "/openapi.json",
    "/healthz",
    "/readyz",
    "/metrics",
    "/media",
    "/.well-known",
)


def asks_for_json(scope: Scope) -> bool:
    """Return whether a request takes JSON and no page."""
    accepted = sent_header(scope, b"accept")
    return accepted is not None and b"json" in accepted and b"text/html" not in accepted


def asks_for_page(scope: Scope) -> bool:
    """Return whether an error is answered with a page."""
    # a mounted application has its own path in `root_path`
    root: str = scope.get("app_root_path", scope.get("root_path", ""))
    path: str = scope["path"].removeprefix(root)
    is_of_people = not path.startswith(_OF_PROGRAMS) and not asks_for_json(scope)
    return scope["method"] in ("GET", "HEAD") and is_of_people
