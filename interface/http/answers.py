"""Answers: a view's JSON goes out as it is, without FastAPI encoding it once more."""

from functools import lru_cache
from urllib.parse import quote

from fastapi import Request, Response
from pydantic import BaseModel
from starlette.datastructures import URL

from application.post.views import PostView
from application.views import Encoded
from domain.ids import read_id
from interface.http.dependencies import container_of

JSON = "application/json"


def json_answer(
    view: BaseModel, status: int = 200, headers: dict[str, str] | None = None
) -> Response:
    """Answer with a view."""
    content = view.__pydantic_serializer__.to_json(view)
    return Response(content, status, headers, media_type=JSON)


def read_answer(found: Encoded, request: Request) -> Response:
    """Answer a read: with what it found, with 304 where the caller has that, or with the way to a
    post that has another slug now."""
    path: str = request.scope["path"]
    if found.slug and _is_former(path.rpartition("/")[2], found.slug):
        return moved_to_post(found.slug, request)
    headers = {"ETag": found.etag}
    if found.next_cursor:
        query = request.scope["query_string"].decode("latin-1")
        following = address_of(request, _following(quote(path), query, found.next_cursor))
        headers["Link"] = f'<{following}>; rel="next"'
    if _has(",".join(request.headers.getlist("If-None-Match")), found.etag):
        return Response(status_code=304, headers=headers)
    return Response(found.content, 200, headers, media_type=JSON)


def _is_former(key: str, slug: str) -> bool:
    return key != slug and read_id(key) is None


@lru_cache(maxsize=1000)
def _following(path: str, query: str, cursor: str) -> str:
    """Give the path and query of the next page."""
    url = URL(f"{path}?{query}").remove_query_params("offset")
    return str(url.include_query_params(cursor=cursor))


def post_answer(post: PostView, status: int = 200, location: str | None = None) -> Response:
    """Answer a command with the post that it changed, and its ETag."""
    encoded = post.encoded()
    headers = {"ETag": encoded.etag} | ({"Location": location} if location else {})
    return Response(encoded.content, status, headers, media_type=JSON)


def address_of(request: Request, path: str) -> str:
    """Give the whole address of a path, as the outside reaches it."""
    base = container_of(request).public_url or str(request.base_url)
    return base.rstrip("/") + path


def moved_to_post(slug: str, request: Request) -> Response:
    """Lead on to a post by its present slug."""
    location = address_of(request, f"/api/v1/posts/{quote(slug, safe='')}")
    return Response(status_code=301, headers={"Location": location})


def _has(if_none_match: str, etag: str) -> bool:
    sent = [tag.strip().removeprefix("W/") for tag in if_none_match.split(",")]
    return etag in sent or "*" in sent
