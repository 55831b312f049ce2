"""What readers of comments get: the JSON of these models is the native API's shape."""

from datetime import datetime

from application.pages import Page
from application.user.views import AuthorView
from application.views import View


class CommentView(View):
    """A comment; its number counts within its post."""

    number: int
    body: str
    author: AuthorView
    created_at: datetime
    updated_at: datetime


class CommentPage(Page):
    """A page of comments, the first ones first."""

    items: tuple[CommentView, ...]
