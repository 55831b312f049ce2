"""The answer to a read: the view, 304 where the caller has it, or a redirect to a post's present
slug."""

from functools import lru_cache
from typing import NamedTuple
from urllib.parse import quote

from starlette.datastructures import URL
from starlette.types import Scope

from application.memoizing import memoized
from application.views import Encoded
from domain.ids import read_id
from interface.http.addresses import path_of_post
from interface.http.sent import Headers

JSON = "application/json"


class ReadAnswer(NamedTuple):
    """An answer as ASGI sends it."""

    status: int
    headers: Headers
    content: bytes = b""


def answer_to(scope: Scope, found: Encoded, base: str, if_none_match: bytes | None) -> ReadAnswer:
    """Make the answer to a read; `base` is the public base of addresses."""
    path: str = scope["path"]
    if found.slug and _is_former(path.rpartition("/")[2], found.slug):
        location = base + path_of_post(found.slug)
        return ReadAnswer(301, ((b"location", location.encode()), (b"content-length", b"0")))
    headers: Headers = ((b"etag", found.etag.encode()),)
    if found.next_cursor:
        # with a root path, both contain it
        following = _following(path.removeprefix(scope.get("root_path", "")), scope, found)
        headers += ((b"link", f'<{base}{following}>; rel="next"'.encode("latin-1")),)
    if if_none_match and _has(if_none_match, found.etag):
        return ReadAnswer(304, headers)
    return ReadAnswer(200, (*headers, *_of_body(len(found.content))), found.content)


def _is_former(key: str, slug: str) -> bool:
    return key != slug and read_id(key) is None


def _following(path: str, scope: Scope, found: Encoded) -> str:
    query: bytes = scope["query_string"]
    return _address_of_next(path, query, found.next_cursor)


# the same for repeated requests, and building it takes longer than the rest
@memoized(lambda path, query, cursor: len(path) + len(query))
def _address_of_next(path: str, query: bytes, cursor: str) -> str:
    url = URL(f"{quote(path)}?{query.decode('latin-1')}").remove_query_params("offset")
    return str(url.include_query_params(cursor=cursor))


@lru_cache(maxsize=1000)
def _of_body(length: int) -> Headers:
    return (b"content-type", JSON.encode()), (b"content-length", b"%d" % length)


def _has(if_none_match: bytes, etag: str) -> bool:
    sent = if_none_match.decode("latin-1").split(",")
    tags = [tag.strip().removeprefix("W/") for tag in sent]
    return etag in tags or "*" in tags
