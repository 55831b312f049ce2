"""Answers: a view's JSON is sent unchanged, and not encoded again by FastAPI."""

from collections.abc import Awaitable

from fastapi import Request, Response
from pydantic import BaseModel

from application.post.views import PostView
from application.views import JSON, Encoded
from interface.http.addresses import address_of, path_of_page, path_of_post
from interface.http.read_answers import Conditions, answer_to

_CONDITIONS = ("If-None-Match", "If-Modified-Since", "Accept-Encoding")


def json_answer(
    view: BaseModel, status: int = 200, headers: dict[str, str] | None = None
) -> Response:
    """Answer with a view."""
    content = view.__pydantic_serializer__.to_json(view)
    return Response(content, status, headers, media_type=JSON)


def read_answer(found: Encoded, request: Request) -> Response:
    """Answer a read with an encoded view."""
    answer = answer_to(request.scope, found, address_of(request, ""), _conditions(request))
    response = Response(answer.content_of(found), answer.status)
    response.raw_headers = list(answer.headers)
    return response


def _conditions(request: Request) -> Conditions:
    sent = [",".join(request.headers.getlist(name)).encode("latin-1") for name in _CONDITIONS]
    return Conditions(*sent)


def post_answer(post: PostView, status: int = 200, location: str | None = None) -> Response:
    """Answer a command with the post that it changed, and its ETag."""
    encoded = post.encoded()
    headers = {"ETag": encoded.etag} | ({"Location": location} if location else {})
    return Response(encoded.content, status, headers, media_type=JSON)


async def changed_post_answer(command: Awaitable[PostView]) -> Response:
    """Run a command, and answer with the post that it changed."""
    return post_answer(await command)


def moved_to_post(slug: str, request: Request, *, page: bool = False) -> Response:
    """Redirect to a post's present slug, in the API or as a page."""
    location = address_of(request, path_of_page(slug) if page else path_of_post(slug))
    return Response(status_code=301, headers={"Location": location})
