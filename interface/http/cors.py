"""CORS, for requests with an Origin."""

from starlette.datastructures import MutableHeaders
from starlette.middleware.cors import CORSMiddleware
from starlette.types import Receive, Scope, Send

from interface.http.sent import Headers, sent_header


class CorsLayer(CORSMiddleware):
    """Starlette's layer, which requests without an Origin bypass."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_of_browser = scope["type"] == "http" and sent_header(scope, b"origin") is not None
        inner = super().__call__ if is_of_browser else self.app
        await inner(scope, receive, send)

    def headers_for(self, origin: bytes) -> Headers:
        """Return the headers of the answer to a GET from an origin."""
        headers, sent = MutableHeaders(self.simple_headers), origin.decode("latin-1")
        if not self.allow_all_origins and self.is_allowed_origin(sent):
            self.allow_explicit_origin(headers, sent)
        return tuple(header for header in headers.raw if header[0] != b"vary")
