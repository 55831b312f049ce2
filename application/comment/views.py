"""Views of comments: their JSON is that of the API."""

from datetime import datetime

from pydantic import Field

from application.pages import Page
from application.user.views import AuthorView
from application.views import View


class CommentView(View):
    """A comment; its number counts within its post."""

    number: int = Field(examples=[1])
    body: str = Field(examples=["Well said."])
    author: AuthorView
    created_at: datetime = Field(examples=["2026-01-02T05:00:00Z"])
    updated_at: datetime = Field(examples=["2026-01-02T05:00:00Z"])


class CommentPage(Page[CommentView]):
    """A page of comments, the first ones first."""
