"""What caches between here and the caller may keep, and by what they must tell answers apart."""

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.dependencies.scope import Scope as OpenedScope

# kept, and asked about each time: an ETag makes that cheap
_OF_EVERYONE = "public, max-age=0, must-revalidate"
_OF_ONE = "private, no-store"
_VARY = "Authorization, X-Tenant-Token, Consistency-Token, Origin, Accept-Encoding"
_WHO = ("authorization", "consistency-token")


class FreshnessLayer:
    """Adds `Cache-Control` and `Vary` to every answer, and `X-Cache` where the cache was asked."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_freshness(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                is_public = _is_anonymous_read(scope) and message["status"] < 500
                headers["Cache-Control"] = _OF_EVERYONE if is_public else _OF_ONE
                headers["Vary"] = _VARY
                opened: OpenedScope | None = scope["state"].get("scope")
                if opened is not None and opened.cache_outcome:
                    headers["X-Cache"] = opened.cache_outcome
            await send(message)

        await self.app(scope, receive, send_with_freshness)


def _is_anonymous_read(scope: Scope) -> bool:
    """Whether nothing tells who asks."""
    headers = Headers(scope=scope)
    return scope["method"] in ("GET", "HEAD") and not any(name in headers for name in _WHO)
