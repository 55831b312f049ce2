"""The settings of the blog."""

from fastapi import APIRouter, Response

from application.blog.commands import BlogCommandService, BlogPatch
from application.blog.queries import BlogQueryService
from application.blog.views import BlogView
from interface.http.answers import json_answer
from interface.http.dependencies import AuthenticatedScope
from interface.http.problems import problems

router = APIRouter(prefix="/blog", tags=["blog"])


@router.get("", response_model=BlogView, responses=problems(403))
async def get_blog(scope: AuthenticatedScope) -> Response:
    """Get the settings, for admins."""
    return json_answer(await scope[BlogQueryService].get_blog())


@router.patch("", response_model=BlogView, responses=problems(403))
async def change_blog(scope: AuthenticatedScope, patch: BlogPatch) -> Response:
    """Change the settings, as an admin."""
    return json_answer(await scope[BlogCommandService].change_blog(patch))
