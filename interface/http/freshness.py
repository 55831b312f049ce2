"""What caches between here and the caller may keep, and by what they must tell answers apart."""

from starlette.types import Scope

from core.dependencies.scope import Scope as OpenedScope
from interface.http.sent import Headers

_VARY = (b"vary", b"Authorization, X-Tenant-Token, Consistency-Token, Origin, Accept-Encoding")
# kept, and asked about each time: an ETag makes that cheap
OF_EVERYONE: Headers = ((b"cache-control", b"public, max-age=0, must-revalidate"), _VARY)
_OF_ONE: Headers = ((b"cache-control", b"private, no-store"), _VARY)
_WHO = (b"authorization", b"consistency-token")


def freshness(scope: Scope, status: int) -> Headers:
    """Give `Cache-Control` and `Vary` of an answer, and `X-Cache` where the cache was asked."""
    is_public = status < 500 and _is_anonymous_read(scope)
    opened: OpenedScope | None = scope["state"].get("scope")
    outcome = opened.cache_outcome if opened else None
    kept = OF_EVERYONE if is_public else _OF_ONE
    return (*kept, (b"x-cache", outcome.encode())) if outcome else kept


def _is_anonymous_read(scope: Scope) -> bool:
    """Whether nothing tells who asks."""
    if scope["method"] not in ("GET", "HEAD"):
        return False
    return not any(name in _WHO for name, _ in scope["headers"])
