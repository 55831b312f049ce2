"""The feeds, the sitemap, and the rules for robots."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import PlainTextResponse

from application.site.feeds import FeedQueryService
from interface.http.answers import read_answer
from interface.http.dependencies import ScopeOfList
from interface.site.representations import AtomFeed, JsonFeed, Sitemap, SitemapPart
from interface.site.routes import base_of

router = APIRouter(include_in_schema=False)
Feed = Annotated[str, Path(pattern=r"^(atom|json)$")]
Part = Annotated[int, Path(ge=1, le=10_000)]

_FEEDS: Mapping[str, AtomFeed | JsonFeed] = {"atom": AtomFeed(), "json": JsonFeed()}
_SITEMAP, _SITEMAP_PART = Sitemap(), SitemapPart()
_ROBOTS = """User-agent: *
Disallow: {root}/api/
Disallow: {root}/search
Disallow: {root}/status
Sitemap: {base}/sitemap.xml
"""


@router.get("/feed.{form}")
async def feed(scope: ScopeOfList, request: Request, form: Feed) -> Response:
    """Give the newest posts."""
    query = scope[FeedQueryService].get_feed
    return read_answer(await query.represented(_FEEDS[form], base_of(request)), request)


@router.get("/tags/{tag}/feed.{form}")
async def feed_of_tag(scope: ScopeOfList, request: Request, tag: str, form: Feed) -> Response:
    """Give the newest posts with a tag."""
    query = scope[FeedQueryService].get_feed_of_tag
    return read_answer(await query.represented(_FEEDS[form], base_of(request), tag), request)


@router.get("/authors/{username}/feed.{form}")
async def feed_of_author(
    scope: ScopeOfList, request: Request, username: str, form: Feed
) -> Response:
    """Give an author's newest posts."""
    query, base = scope[FeedQueryService].get_feed_of_author, base_of(request)
    return read_answer(await query.represented(_FEEDS[form], base, username), request)


@router.get("/sitemap.xml")
async def sitemap(scope: ScopeOfList, request: Request) -> Response:
    """Give the addresses of all posts, or of the parts of the sitemap."""
    query = scope[FeedQueryService].get_sitemap
    return read_answer(await query.represented(_SITEMAP, base_of(request), 1), request)


@router.get("/sitemap-{part}.xml")
async def sitemap_part(scope: ScopeOfList, request: Request, part: Part) -> Response:
    """Give a part of the sitemap."""
    query = scope[FeedQueryService].get_sitemap
    return read_answer(await query.represented(_SITEMAP_PART, base_of(request), part), request)


@router.get("/robots.txt")
async def robots(request: Request) -> Response:
    """Say what robots may read."""
    root = request.scope.get("root_path", "")
    return PlainTextResponse(_ROBOTS.format(root=root, base=base_of(request)))
