"""What readers of tags get: the JSON of these models is the native API's shape."""

from application.views import View


class TagView(View):
    """A tag, and how many published posts have it."""

    name: str
    posts_count: int


class TagList(View):
    """Tags, the most used first."""

    items: tuple[TagView, ...]
