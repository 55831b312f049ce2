"""Answers: a view's JSON goes out as it is, without FastAPI encoding it once more."""

from hashlib import blake2b
from urllib.parse import quote

from fastapi import Request, Response
from pydantic import BaseModel

from application.pages import Page
from application.post.views import PostView
from interface.http.dependencies import container_of

JSON = "application/json"


def json_answer(
    view: BaseModel, status: int = 200, headers: dict[str, str] | None = None
) -> Response:
    """Answer with a view."""
    return Response(encoded(view), status, headers, media_type=JSON)


def encoded(view: BaseModel) -> bytes:
    return view.__pydantic_serializer__.to_json(view)


def read_answer(
    view: BaseModel, request: Request, headers: dict[str, str] | None = None
) -> Response:
    """Answer a read with a view and its ETag, or 304 where the caller has it."""
    content = encoded(view)
    return _unless_known(content, f'"{_digest(content)}"', request, headers or {})


def page_answer(page: Page, request: Request) -> Response:
    """Answer with a page of a list, and the address of the next one."""
    headers = {}
    if page.next_cursor:
        following = request.url.remove_query_params("offset")
        following = following.include_query_params(cursor=page.next_cursor)
        address = address_of(request, f"{following.path}?{following.query}")
        headers["Link"] = f'<{address}>; rel="next"'
    return read_answer(page, request, headers)


def post_answer(
    post: PostView, request: Request, status: int = 200, location: str | None = None
) -> Response:
    """Answer with a post and its ETag, which begins with its version."""
    content = encoded(post)
    etag = f'"{post.version}-{_digest(content)}"'
    if request.method == "GET":
        return _unless_known(content, etag, request, {})
    headers = {"ETag": etag} | ({"Location": location} if location else {})
    return Response(content, status, headers, media_type=JSON)


def address_of(request: Request, path: str) -> str:
    """Give the whole address of a path, as the outside reaches it."""
    base = container_of(request).public_url or str(request.base_url)
    return base.rstrip("/") + path


def moved_to_post(slug: str, request: Request) -> Response:
    """Lead on to a post by its present slug."""
    location = address_of(request, f"/api/v1/posts/{quote(slug, safe='')}")
    return Response(status_code=301, headers={"Location": location})


def _digest(content: bytes) -> str:
    return blake2b(content, digest_size=8).hexdigest()


def _unless_known(content: bytes, etag: str, request: Request, headers: dict[str, str]) -> Response:
    headers = {"ETag": etag} | headers
    if _has(",".join(request.headers.getlist("If-None-Match")), etag):
        return Response(status_code=304, headers=headers)
    return Response(content, 200, headers, media_type=JSON)


def _has(if_none_match: str, etag: str) -> bool:
    sent = [tag.strip().removeprefix("W/") for tag in if_none_match.split(",")]
    return etag in sent or "*" in sent
