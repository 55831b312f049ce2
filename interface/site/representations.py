"""Representations of pages and feeds: HTML, Atom, JSON Feed, and sitemaps."""

from dataclasses import dataclass

from pydantic_core import to_json

from application.site.views import FeedView, SitemapView, SitePage
from application.views import Encoded
from interface.site.json_feed import json_feed
from interface.site.templating import TEMPLATES

_HTML = "text/html; charset=utf-8"
_ATOM = "application/atom+xml; charset=utf-8"
_JSON_FEED = "application/feed+json; charset=utf-8"
_XML = "application/xml; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Html:
    """A page by its template."""

    name: str

    def encoded(self, view: SitePage) -> Encoded:
        return view.represented(rendered(self.name, view), _HTML)


class AtomFeed:
    """A feed as RFC 4287 has it."""

    name = "feed.atom"

    def encoded(self, view: FeedView) -> Encoded:
        return view.represented(rendered(self.name, view), _ATOM, view.updated_at)


class JsonFeed:
    """A feed as JSON Feed 1.1 has it."""

    name = "feed.json"

    def encoded(self, view: FeedView) -> Encoded:
        return view.represented(to_json(json_feed(view)), _JSON_FEED, view.updated_at)


class Sitemap:
    """A sitemap, or the index of its parts where there are several."""

    name = "sitemap.xml"

    def encoded(self, view: SitemapView) -> Encoded:
        template = "sitemap_index.xml" if view.parts > 1 else "sitemap.xml"
        return view.represented(rendered(template, view), _XML)


class SitemapPart:
    """One part of a sitemap."""

    name = "sitemap_part.xml"

    def encoded(self, view: SitemapView) -> Encoded:
        return view.represented(rendered("sitemap.xml", view), _XML)


def rendered(template: str, page: SitePage) -> bytes:
    """Return a page by its template."""
    return TEMPLATES.get_template(template).render(page=page, site=page.site).encode()
