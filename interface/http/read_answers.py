"""The answer to a read: the view, 304 where the caller has it, or a redirect to a post's present
slug."""

from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import quote

from starlette.datastructures import URL
from starlette.types import Scope

from application.memoizing import memoized
from application.views import Encoded
from domain.ids import read_id
from interface.http.compressing import coding_for, compressed
from interface.http.pages import HTML, POLICIES_OF_SITE
from interface.http.sent import Headers


class ReadAnswer(NamedTuple):
    """An answer as ASGI sends it; its content is in `coding`, where it has one."""

    status: int
    headers: Headers
    coding: str | None = None

    def content_of(self, found: Encoded) -> bytes:
        """Return the body that answers with this view."""
        if self.status != 200:
            return b""
        return compressed(found, self.coding) if self.coding else found.content


class Conditions(NamedTuple):
    """Which version of an answer the caller has, and which codings it takes."""

    if_none_match: bytes | None
    if_modified_since: bytes | None
    accept_encoding: bytes | None

    def meet(self, found: Encoded) -> bool:
        """Return whether the caller has this answer."""
        if self.if_none_match:
            return _has(self.if_none_match, found.etag)
        return bool(
            found.modified
            and self.if_modified_since
            and _is_unmodified(found.modified, self.if_modified_since)
        )


def answer_to(scope: Scope, found: Encoded, base: str, conditions: Conditions) -> ReadAnswer:
    """Make the answer to a read; `base` is the public base of addresses."""
    # with a root path, both contain it
    path = scope["path"].removeprefix(scope.get("root_path", ""))
    if found.slug and _is_former(path.rpartition("/")[2], found):
        location = f"{base}{quote(path.rpartition('/')[0])}/{quote(found.slug, safe='')}"
        return ReadAnswer(301, ((b"location", location.encode()), (b"content-length", b"0")))
    headers: Headers = ((b"etag", found.etag.encode()),)
    if found.next_cursor:
        following = _following(path, scope, found)
        headers += ((b"link", f'<{base}{following}>; rel="next"'.encode("latin-1")),)
    if found.modified:
        headers += ((b"last-modified", format_datetime(found.modified, usegmt=True).encode()),)
    if conditions.meet(found):
        return ReadAnswer(304, headers)
    coding = coding_for(found, conditions.accept_encoding)
    length = len(compressed(found, coding) if coding else found.content)
    return ReadAnswer(200, (*headers, *_of_body(found.media_type, length, coding)), coding)


def _is_former(key: str, found: Encoded) -> bool:
    """Return whether a key is not the slug: a page has one address, the API is asked by id too."""
    return key != found.slug and (found.media_type.startswith(HTML) or read_id(key) is None)


def _following(path: str, scope: Scope, found: Encoded) -> str:
    query: bytes = scope["query_string"]
    return _address_of_next(path, query, found.next_cursor)


# the same for repeated requests, and building it takes longer than the rest
@memoized(lambda path, query, cursor: len(path) + len(query))
def _address_of_next(path: str, query: bytes, cursor: str) -> str:
    url = URL(f"{quote(path)}?{query.decode('latin-1')}").remove_query_params("offset")
    return str(url.include_query_params(cursor=cursor))


@lru_cache(maxsize=1000)
def _of_body(media_type: str, length: int, coding: str | None) -> Headers:
    headers: Headers = (
        (b"content-type", media_type.encode()),
        (b"content-length", b"%d" % length),
    )
    if coding:
        headers += ((b"content-encoding", coding.encode()),)
    return headers + POLICIES_OF_SITE if media_type.startswith(HTML) else headers


def _has(if_none_match: bytes, etag: str) -> bool:
    sent = if_none_match.decode("latin-1").split(",")
    tags = [tag.strip().removeprefix("W/") for tag in sent]
    return etag.removeprefix("W/") in tags or "*" in tags


def _is_unmodified(modified: datetime, if_modified_since: bytes) -> bool:
    try:
        since = parsedate_to_datetime(if_modified_since.decode("latin-1"))
    except ValueError:
        return False
    # in seconds, as the header is; one without a zone is in UTC
    return int(modified.timestamp()) <= since.replace(tzinfo=since.tzinfo or UTC).timestamp()
