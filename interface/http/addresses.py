"""Addresses as the outside reaches them."""

from functools import lru_cache
from urllib.parse import quote

from fastapi import Request
from starlette.types import Scope

from interface.http.dependencies import container_of
from interface.http.sent import sent_header

_LONGEST = 255  # bytes of a host's name


def address_of(request: Request, path: str) -> str:
    """Give the whole address of a path."""
    scope = request.scope
    return origin(scope, sent_header(scope, b"host"), container_of(request).public_url) + path


def origin(scope: Scope, host: bytes | None, public_url: str) -> str:
    """Give what stands before all paths: what is set, or what the caller has asked."""
    if public_url:
        return public_url
    # callers choose what is kept: no long ones
    make = _origin if host and len(host) <= _LONGEST else _origin.__wrapped__
    server = scope.get("server")
    return make(scope["scheme"], host, server and tuple(server), scope.get("root_path", ""))


def path_of_post(slug: str) -> str:
    return f"/api/v1/posts/{quote(slug, safe='')}"


@lru_cache(maxsize=1000)
def _origin(scheme: str, host: bytes | None, server: tuple[str, int] | None, root_path: str) -> str:
    headers = [] if host is None else [(b"host", host)]
    asked = {"type": "http", "scheme": scheme, "server": server, "headers": headers}
    return str(Request(asked | {"path": "/", "root_path": root_path}).base_url).rstrip("/")
