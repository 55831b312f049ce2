"""Headers of each answer: `Cache-Control` and `Vary` for caches, `X-Content-Type-Options`."""

from starlette.types import Scope

from core.dependencies.scope import ServiceScope
from interface.http.sent import Headers

_VARY = (
    b"vary",
    b"Authorization, X-Tenant-Token, Consistency-Token, Origin, Accept, Accept-Encoding",
)
_NO_SNIFFING = (b"x-content-type-options", b"nosniff")
# caches revalidate each time, which an ETag makes cheap
SHARED: Headers = (
    (b"cache-control", b"public, max-age=0, must-revalidate"),
    _VARY,
    _NO_SNIFFING,
)
# answers that are shared, or nearly, to a caller who sent a token: browsers revalidate them
OF_CALLER: Headers = ((b"cache-control", b"private, no-cache"), _VARY, _NO_SNIFFING)
_PRIVATE: Headers = ((b"cache-control", b"private, no-store"), _VARY, _NO_SNIFFING)
# files whose addresses never have another content; a tenant's token says whose they are
_LASTING: Headers = (
    (b"cache-control", b"public, max-age=31536000, immutable"),
    (b"vary", b"X-Tenant-Token, Origin"),
    _NO_SNIFFING,
)
_FOUND = (200, 301, 304)
IDENTIFYING = frozenset({b"authorization", b"consistency-token"})


def freshness(scope: Scope, status: int) -> Headers:
    """Return these headers of an answer, and `X-Cache` where it used the cache."""
    if scope["state"].get("is_lasting"):
        return _LASTING
    if scope["state"].get("is_private"):
        return _PRIVATE
    opened: ServiceScope | None = scope["state"].get("scope")
    outcome = opened.cache_outcome if opened else None
    is_known = opened is not None and opened.caller is not None  # by a token, or by a link
    if status < 500 and not is_known and _is_anonymous_read(scope):
        headers = SHARED
    else:
        is_shared = status in _FOUND and opened is not None and opened.tenant_call is not None
        headers = OF_CALLER if is_shared else _PRIVATE
    return (*headers, (b"x-cache", outcome.encode())) if outcome else headers


def _is_anonymous_read(scope: Scope) -> bool:
    """Return whether a read has no header that identifies its caller."""
    if scope["method"] not in ("GET", "HEAD"):
        return False
    return not any(name in IDENTIFYING for name, _ in scope["headers"])
