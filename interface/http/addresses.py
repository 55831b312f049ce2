"""Public addresses."""

from urllib.parse import quote

from fastapi import Request
from starlette.types import Scope

from application.memoizing import memoized
from interface.http.dependencies import container_of
from interface.http.sent import sent_header


def address_of(request: Request, path: str) -> str:
    """Return the absolute address of a path."""
    scope = request.scope
    return origin(scope, sent_header(scope, b"host"), container_of(request).public_url) + path


def origin(scope: Scope, host: bytes | None, public_url: str) -> str:
    """Return the base of all addresses: PUBLIC_URL, or the one that the request names."""
    if public_url:
        return public_url
    server = scope.get("server")
    return _origin(scope["scheme"], host, server and tuple(server), scope.get("root_path", ""))


def path_of_post(slug: str) -> str:
    return f"/api/v1/posts/{quote(slug, safe='')}"


def path_of_page(slug: str) -> str:
    return f"/posts/{quote(slug, safe='')}"


@memoized(lambda scheme, host, server, root_path: len(host or b""))
def _origin(scheme: str, host: bytes | None, server: tuple[str, int] | None, root_path: str) -> str:
    headers = [] if host is None else [(b"host", host)]
    asked = {"type": "http", "scheme": scheme, "server": server, "headers": headers}
    return str(Request(asked | {"path": "/", "root_path": root_path}).base_url).rstrip("/")
