"""Error pages, for addresses of the site."""

from collections.abc import Mapping

from fastapi import Request, Response

from application.site.pages import SiteQueryService
from application.site.views import ErrorPage, SiteView, site_of
from application.unit_of_work import Retryable, Unavailable
from core.dependencies.scope import ServiceScope
from domain.blog import BlogSettings
from interface.http.addresses import address_of
from interface.http.dependencies import container_of
from interface.http.pages import HTML, POLICIES_OF_SITE
from interface.site.asking import asks_for_page
from interface.site.representations import rendered

_NOT_FOUND = "Nothing is at this address"
_FAULT = "This page cannot be shown"


def is_for_people(request: Request) -> bool:
    """Return whether an error of a request is answered with a page."""
    return container_of(request).has_site and asks_for_page(request.scope)


async def error_page(
    request: Request, status: int, detail: str, headers: Mapping[str, str]
) -> Response:
    """Answer an error with a page that says what is wrong, and has the search."""
    return _page(await _site(request), status, detail, headers)


def bare_error_page(
    request: Request, status: int, detail: str, headers: Mapping[str, str]
) -> Response:
    """Answer an error with a page that needs no database."""
    return _page(site_of(address_of(request, ""), BlogSettings()), status, detail, headers)


async def _site(request: Request) -> SiteView:
    base = address_of(request, "")
    scope: ServiceScope | None = request.scope["state"].get("scope")
    if scope is None:
        return site_of(base, BlogSettings())
    # a scope of its own: a front takes the cached call of a request for the whole answer
    of_page = container_of(request).scope(scope.tenant)
    try:
        return await of_page[SiteQueryService].get_site(base)
    except (Retryable, Unavailable):
        return site_of(base, BlogSettings())


def _page(site: SiteView, status: int, detail: str, headers: Mapping[str, str]) -> Response:
    title, said = (_NOT_FOUND, "It may have moved: search for it.")
    if status != 404:
        title, said = _FAULT, detail
    page = ErrorPage(site=site, title=title, detail=said)
    response = Response(rendered("error.html", page), status, dict(headers), media_type=HTML)
    response.raw_headers += POLICIES_OF_SITE
    return response
