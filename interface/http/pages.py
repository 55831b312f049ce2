"""Pages and their Content-Security-Policy."""

from typing import Any

from fastapi.responses import HTMLResponse

from interface.http.sent import Headers

CSP = "Content-Security-Policy"
_NOTHING = "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
HTML = "text/html"
# a page of the blog has one style sheet; texts show pictures from anywhere
POLICIES_OF_SITE: Headers = (
    (
        CSP.lower().encode(),
        f"{_NOTHING}; img-src 'self' https: http: data:; media-src 'self' https:;"
        " style-src 'self'".encode(),
    ),
    (b"referrer-policy", b"strict-origin-when-cross-origin"),
)
# the styles of Swagger UI contain images
_OF_SCRIPTS = f"{_NOTHING}; connect-src 'self'; img-src data:; script-src 'self'; style-src 'self'"


class Page(HTMLResponse):
    """A page that loads nothing, has no scripts, and sends forms to this server only."""

    policy = _NOTHING

    def init_headers(self, headers: Any = None) -> None:
        super().init_headers({**(headers or {}), CSP: self.policy})


class StatusPage(Page):
    """A page for admins: its script renews it, and other sites learn nothing of it.

    To its own server it names its origin with each form, by which those of other sites are told
    apart.
    """

    policy = _OF_SCRIPTS

    def init_headers(self, headers: Any = None) -> None:
        own = {"Referrer-Policy": "same-origin", "X-Robots-Tag": "noindex"}
        super().init_headers({**(headers or {}), **own})


class DocsPage(Page):
    """A page whose scripts and style are files of this server."""

    policy = _OF_SCRIPTS
