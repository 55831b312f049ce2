"""Tags."""

from fastapi import APIRouter, Request, Response

from application.tag.queries import TagQueryService
from application.tag.views import TagList
from interface.http.answers import read_answer
from interface.http.dependencies import OpenScope
from interface.http.problems import NOT_MODIFIED, problems

router = APIRouter(prefix="/tags", tags=["tags"])


@router.get("", response_model=TagList, responses=problems() | NOT_MODIFIED)
async def list_tags(scope: OpenScope, request: Request) -> Response:
    """List the 1,000 most used tags of published posts."""
    return read_answer(await scope[TagQueryService].get_tags.encoded(), request)
