"""Tags."""

from fastapi import APIRouter, Response

from application.tag.views import TagList
from interface.http.answers import json_answer
from interface.http.dependencies import OpenScope
from interface.http.problems import problems

router = APIRouter(prefix="/tags", tags=["tags"])


@router.get("", response_model=TagList, responses=problems())
async def list_tags(scope: OpenScope) -> Response:
    """List the 1,000 most used tags of published posts."""
    return json_answer(await scope.tags.get_tags())
