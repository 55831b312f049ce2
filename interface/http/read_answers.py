"""What a read is answered with: what it found, 304 where the caller has that, or the way to a post
that has another slug now."""

from functools import lru_cache
from typing import NamedTuple
from urllib.parse import quote

from starlette.datastructures import URL
from starlette.types import Scope

from application.views import Encoded
from domain.ids import read_id
from interface.http.addresses import path_of_post
from interface.http.sent import Headers

JSON = "application/json"
_LONGEST = 500  # bytes of a path and its query


class ReadAnswer(NamedTuple):
    """An answer as ASGI sends it."""

    status: int
    headers: Headers
    content: bytes = b""


def answer_to(scope: Scope, found: Encoded, base: str, if_none_match: bytes | None) -> ReadAnswer:
    """Make the answer to a read at an address, on `base` for the outside."""
    path: str = scope["path"]
    if found.slug and _is_former(path.rpartition("/")[2], found.slug):
        location = base + path_of_post(found.slug)
        return ReadAnswer(301, ((b"location", location.encode()), (b"content-length", b"0")))
    headers: Headers = ((b"etag", found.etag.encode()),)
    if found.next_cursor:
        # a server that has a root path puts it before both
        following = _following(path.removeprefix(scope.get("root_path", "")), scope, found)
        headers += ((b"link", f'<{base}{following}>; rel="next"'.encode("latin-1")),)
    if if_none_match and _has(if_none_match, found.etag):
        return ReadAnswer(304, headers)
    return ReadAnswer(200, (*headers, *_of_body(len(found.content))), found.content)


def _is_former(key: str, slug: str) -> bool:
    return key != slug and read_id(key) is None


def _following(path: str, scope: Scope, found: Encoded) -> str:
    query: bytes = scope["query_string"]
    # callers choose what is kept: no long ones
    is_short = len(path) + len(query) <= _LONGEST
    make = _address_of_next if is_short else _address_of_next.__wrapped__
    return make(path, query, found.next_cursor)


# what is asked again has the same one, and making it takes longer than all else here
@lru_cache(maxsize=1000)
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
