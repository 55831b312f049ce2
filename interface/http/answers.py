"""Answers: a view's JSON is sent unchanged, and not encoded again by FastAPI."""

from fastapi import Request, Response
from pydantic import BaseModel

from application.post.views import PostView
from application.views import Encoded
from interface.http.addresses import address_of, path_of_post
from interface.http.read_answers import JSON, answer_to


def json_answer(
    view: BaseModel, status: int = 200, headers: dict[str, str] | None = None
) -> Response:
    """Answer with a view."""
    content = view.__pydantic_serializer__.to_json(view)
    return Response(content, status, headers, media_type=JSON)


def read_answer(found: Encoded, request: Request) -> Response:
    """Answer a read with an encoded view."""
    known = ",".join(request.headers.getlist("If-None-Match")).encode("latin-1")
    answer = answer_to(request.scope, found, address_of(request, ""), known)
    response = Response(answer.content, answer.status)
    response.raw_headers = list(answer.headers)
    return response


def post_answer(post: PostView, status: int = 200, location: str | None = None) -> Response:
    """Answer a command with the post that it changed, and its ETag."""
    encoded = post.encoded()
    headers = {"ETag": encoded.etag} | ({"Location": location} if location else {})
    return Response(encoded.content, status, headers, media_type=JSON)


def moved_to_post(slug: str, request: Request) -> Response:
    """Redirect to a post's present slug."""
    location = address_of(request, path_of_post(slug))
    return Response(status_code=301, headers={"Location": location})
