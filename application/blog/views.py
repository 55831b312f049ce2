"""Views of a blog's settings."""

from pydantic import Field

from application.views import View
from domain.blog import BlogSettings, Registration
from domain.caller import Role


class BlogView(View):
    """The settings of a blog."""

    registration: Registration = Field(examples=["open"])
    registration_role: Role = Field(examples=["author"])


def view_of(settings: BlogSettings) -> BlogView:
    return BlogView(
        registration=settings.registration, registration_role=settings.registration_role
    )
