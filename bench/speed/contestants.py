"""Who is measured: an application, and what it is asked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from bench.speed.closed import Closed

BROADSHEET = "broadsheet"
SAMPLED, TRACED = "sampled", "traced"  # Broadsheet, with traces of 1 % of requests, and of all
PATH = "/api/v1/posts"
LIST = f"{PATH}?limit=20"
# a browser that loads a page again sends it; the front leaves such reads to the framework
AGAIN = {"Cache-Control": "max-age=0"}
COMPRESSED = {"Accept-Encoding": "gzip"}
PAST_CACHE = {"Cache-Control": "no-cache"}

Headers = Mapping[str, str]


@dataclass(frozen=True)
class Contestant:
    """Requests to one application, the same ones over and over."""

    name: str
    label: str
    application: str = BROADSHEET
    path: str = LIST
    headers: Headers = field(default_factory=dict)
    status: int = 200
    x_cache: str | None = None
    kind: Literal["same", "miss", "post"] = "same"  # whether each differs from the last, and how


@dataclass(frozen=True)
class Known:
    """What requests are made of: the list's ETag, an author's access token, the paths of one post,
    of its page and of its author; and posts that not all may read."""

    etag: str
    token: str
    post: str
    page: str
    profile: str
    closed: Closed


def contestants(known: Known) -> list[Contestant]:
    """Return all; those that are compared stand together, as one is measured after the other."""
    authenticated = {"Authorization": f"Bearer {known.token}"}
    post: dict[str, Any] = {"path": PATH, "status": 201, "kind": "post"}
    return [
        Contestant("raw", "raw ASGI, bytes from memory", "raw"),
        Contestant("memory", "FastAPI route, bytes from memory", "memory"),
        Contestant("front", "cached list, through the front", x_cache="HIT"),
        Contestant("front_sampled", "cached list, 1 % traced", SAMPLED, x_cache="HIT"),
        Contestant(
            "authenticated",
            "cached list, authenticated",
            headers=authenticated,
            x_cache="HIT",
        ),
        Contestant(
            "304",
            "304 to who has that list",
            headers={"If-None-Match": known.etag},
            status=304,
            x_cache="HIT",
        ),
        Contestant("one", "one cached post", path=known.post, x_cache="HIT"),
        Contestant(
            "one_authenticated",
            "one cached post, authenticated",
            path=known.post,
            headers=authenticated,
            x_cache="HIT",
        ),
        *_of_audiences(known.closed),
        *_pages(known),
        Contestant("inside", "cached list, inside the framework", headers=AGAIN, x_cache="HIT"),
        Contestant(
            "inside_authenticated",
            "cached list inside the framework, authenticated",
            headers=authenticated | AGAIN,
            x_cache="HIT",
        ),
        Contestant(
            "profile",
            "cached profile with following, authenticated",
            path=known.profile,
            headers=authenticated,
            x_cache="HIT",
        ),
        Contestant("redis", "FastAPI route, one Redis GET", "redis"),
        Contestant("cashews", "the same list on cashews", "with_cashews"),
        Contestant("aiocache", "the same list on aiocache", "with_aiocache"),
        Contestant("miss", "list that is not in the cache yet", kind="miss"),
        Contestant("uncached", "uncached list", headers=PAST_CACHE, x_cache="BYPASS"),
        Contestant("core", "the same list, SQLAlchemy Core by hand", "core"),
        Contestant("post", "POST of a post", headers=authenticated, **post),
        Contestant("post_sampled", "POST, 1 % traced", SAMPLED, headers=authenticated, **post),
        Contestant("post_traced", "POST, all traced", TRACED, headers=authenticated, **post),
        Contestant("insert", "FastAPI route, one INSERT and COMMIT", "insert", **post),
    ]


def _of_audiences(closed: Closed) -> list[Contestant]:
    """Return what members and holders ask for; the posts have the text of the cached one."""
    member, holder = ({"Authorization": f"Bearer {t}"} for t in (closed.member, closed.holder))
    return [
        Contestant(
            "one_member",
            "one cached post for members, to a member",
            path=closed.for_members,
            headers=member,
            x_cache="HIT",
        ),
        Contestant(
            "one_holder",
            "one cached post for holders, to a holder",
            path=closed.for_holders,
            headers=holder,
            x_cache="HIT",
        ),
        Contestant("mixed", "cached list with closed posts", path=closed.mixed, x_cache="HIT"),
        Contestant(
            "mixed_member",
            "cached list with closed posts, to a member",
            path=closed.mixed,
            headers=member,
            x_cache="HIT",
        ),
        Contestant(
            "mixed_holder",
            "cached list with closed posts, to a holder",
            path=closed.mixed,
            headers=holder,
            x_cache="HIT",
        ),
    ]


def _pages(known: Known) -> list[Contestant]:
    """Return what browsers ask for."""
    return [
        Contestant("home", "cached home page", path="/", x_cache="HIT"),
        Contestant(
            "home_compressed", "cached home page, gzip", path="/", headers=COMPRESSED, x_cache="HIT"
        ),
        Contestant("page", "cached page of a post", path=known.page, x_cache="HIT"),
        Contestant(
            "page_uncached",
            "uncached page of a post",
            path=known.page,
            headers=PAST_CACHE,
            x_cache="BYPASS",
        ),
        Contestant(
            "one_uncached",
            "uncached post",
            path=known.post,
            headers=PAST_CACHE,
            x_cache="BYPASS",
        ),
    ]
