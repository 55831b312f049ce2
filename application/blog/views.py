"""Views of a blog's settings."""

from pydantic import Field

from application.views import View
from domain.blog import BlogSettings, Registration
from domain.caller import Role


class MenuLinkView(View):
    """A link of the menu."""

    label: str = Field(examples=["About"])
    address: str = Field(examples=["/about"])


class PublicBlogView(View):
    """The settings that every page shows."""

    title: str = Field(examples=["Broadsheet"])
    tagline: str | None = Field(examples=["News of the printing trade."])
    language: str = Field(examples=["en"])
    menu: tuple[MenuLinkView, ...]
    comments: bool = Field(examples=[True])


class BlogView(PublicBlogView):
    """The settings of a blog."""

    registration: Registration = Field(examples=["open"])
    registration_role: Role = Field(examples=["author"])


def view_of(settings: BlogSettings) -> BlogView:
    return BlogView.model_validate(settings, from_attributes=True)
