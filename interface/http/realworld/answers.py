"""Answers of the RealWorld API."""

from collections.abc import Awaitable, Callable

from fastapi import Request, Response

from application.post.queries import PostQueryService
from application.views import JSON, Encoded
from core.dependencies.scope import ServiceScope
from domain.errors import NotFound
from interface.http.answers import read_answer


def encoded_answer(found: Encoded, status: int = 200) -> Response:
    """Answer a command with an encoded view."""
    return Response(found.content, status, media_type=JSON)


async def answer_by_slug(
    slug: str,
    query: Callable[[str], Awaitable[Encoded]],
    scope: ServiceScope,
    request: Request,
) -> Response:
    """Answer a read by a present or a former slug; raises NotFound.

    A query is asked by present slugs alone, as its tags are theirs.
    """
    try:
        return read_answer(await query(slug), request)
    except NotFound:
        present = await scope[PostQueryService].find_slug(slug)
        if present is None or present == slug:
            raise
        return read_answer(await query(present), request)
