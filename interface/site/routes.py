"""The pages that people read. Pages know no authenticated callers: they are the same for all."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from application.post.ports import SEARCH_LIMIT
from application.site.pages import LAST_NUMBER, SiteQueryService
from domain.errors import NotFound
from interface.http.addresses import address_of
from interface.http.answers import json_answer, read_answer
from interface.http.dependencies import ScopeOfList
from interface.http.old_addresses import follow_old_address
from interface.http.operations import Welcome
from interface.site.asking import asks_for_json
from interface.site.representations import Html
from interface.site.templating import STYLE

router = APIRouter(include_in_schema=False)
Number = Annotated[int, Query(alias="page", ge=1, le=LAST_NUMBER)]
Words = Annotated[str, Query(max_length=SEARCH_LIMIT)]
Year = Annotated[int, Path(ge=1, le=9999)]

_HOME, _POST, _SEARCH = Html("home.html"), Html("post.html"), Html("search.html")
_TAGS, _TAG, _AUTHOR = Html("tags.html"), Html("tag.html"), Html("author.html")
_ARCHIVE, _YEAR = Html("archive.html"), Html("year.html")


@router.get("/")
async def home(scope: ScopeOfList, request: Request, number: Number = 1) -> Response:
    """Show the newest posts; to a program that asks for JSON, say what this is."""
    if asks_for_json(request.scope):
        return json_answer(Welcome())
    query = scope[SiteQueryService].get_home
    return read_answer(await query.represented(_HOME, base_of(request), number), request)


@router.get("/posts/{slug}")
async def show_post(scope: ScopeOfList, request: Request, slug: str) -> Response:
    """Show a post and its comments."""
    query = scope[SiteQueryService].get_post
    return read_answer(await query.represented(_POST, base_of(request), slug), request)


@router.get("/tags")
async def show_tags(scope: ScopeOfList, request: Request) -> Response:
    """Show all tags."""
    query = scope[SiteQueryService].get_tags
    return read_answer(await query.represented(_TAGS, base_of(request)), request)


@router.get("/tags/{tag}")
async def show_tag(scope: ScopeOfList, request: Request, tag: str, number: Number = 1) -> Response:
    """Show the posts with a tag."""
    query = scope[SiteQueryService].get_tag
    return read_answer(await query.represented(_TAG, base_of(request), tag, number), request)


@router.get("/authors/{username}")
async def show_author(
    scope: ScopeOfList, request: Request, username: str, number: Number = 1
) -> Response:
    """Show an author and posts."""
    query, base = scope[SiteQueryService].get_author, base_of(request)
    return read_answer(await query.represented(_AUTHOR, base, username, number), request)


@router.get("/archive")
async def show_archive(scope: ScopeOfList, request: Request) -> Response:
    """Show how many posts each month has."""
    query = scope[SiteQueryService].get_archive
    return read_answer(await query.represented(_ARCHIVE, base_of(request)), request)


@router.get("/archive/{year}")
async def show_year(scope: ScopeOfList, request: Request, year: Year) -> Response:
    """Show the posts of a year."""
    query = scope[SiteQueryService].get_year
    return read_answer(await query.represented(_YEAR, base_of(request), year), request)


@router.get("/search")
async def search(
    scope: ScopeOfList, request: Request, q: Words = "", number: Number = 1
) -> Response:
    """Show what a search finds."""
    query, base = scope[SiteQueryService].search, base_of(request)
    return read_answer(await query.represented(_SEARCH, base, q.strip(), number), request)


@router.get("/style-{digest}.css")
async def style(request: Request, digest: str) -> Response:
    """Give the style sheet; browsers keep it, as its address changes with it."""
    return STYLE.answer(request, digest)


# the other addresses of one part come first
page_router = APIRouter(include_in_schema=False)


@page_router.get("/{address}")
async def show_page(scope: ScopeOfList, request: Request, address: str) -> Response:
    """Show a page such as "About", or lead from an old address to its post."""
    query = scope[SiteQueryService].get_page
    try:
        return read_answer(await query.represented(_POST, base_of(request), address), request)
    except NotFound:
        return await follow_old_address(scope, request, address)


def base_of(request: Request) -> str:
    """Return the base of the public addresses in a page."""
    return address_of(request, "")
