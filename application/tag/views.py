"""Views of tags: their JSON is that of the API."""

from pydantic import Field

from application.views import View


class TagView(View):
    """A tag, and how many published posts have it."""

    name: str = Field(examples=["news"])
    posts_count: int = Field(examples=[12])


class TagList(View):
    """Tags, the most used first."""

    items: tuple[TagView, ...]
