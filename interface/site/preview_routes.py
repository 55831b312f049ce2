"""The page that the link to a preview shows."""

from fastapi import APIRouter, Request, Response

from application.preview.queries import PreviewQueryService
from interface.http.answers import read_answer
from interface.http.previews import UNLISTED, Preview
from interface.site.representations import Html
from interface.site.routes import base_of

router = APIRouter(include_in_schema=False)
_PREVIEW = Html("preview.html")


@router.get("/previews")
async def show_preview(preview: Preview, request: Request) -> Response:
    """Show a post, draft or not, to whoever has the link."""
    query = preview.scope[PreviewQueryService].get_page
    page = await query(base_of(request), preview.post_id)
    response = read_answer(_PREVIEW.encoded(page), request)
    response.headers.update(UNLISTED)
    return response
