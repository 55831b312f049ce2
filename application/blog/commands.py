"""Commands on a blog's settings."""

from typing import Annotated

from pydantic import Field

from application.blog.ports import BlogRepository
from application.blog.views import BlogView, view_of
from application.callers import at_least
from application.commands import Command
from application.handlers import command_handler
from application.services import Commands
from domain.blog import (
    ADDRESS_LIMIT,
    LABEL_LIMIT,
    LANGUAGE_LIMIT,
    MENU_LIMIT,
    TAGLINE_LIMIT,
    TITLE_LIMIT,
    BlogSettings,
    MenuLink,
    Registration,
)
from domain.caller import Role


class MenuLinkCommand(Command):
    """A link of the menu."""

    label: str = Field(min_length=1, max_length=LABEL_LIMIT, examples=["About"])
    address: str = Field(min_length=1, max_length=ADDRESS_LIMIT, examples=["/about"])


class BlogPatch(Command):
    """A change of the settings; omitted fields are left alone."""

    # A factory makes a field optional without making it nullable.
    registration: Registration = Field(
        default_factory=lambda: Registration.OPEN, examples=["closed"]
    )
    registration_role: Role = Field(default_factory=lambda: Role.AUTHOR, examples=["reader"])
    title: Annotated[str, Field(min_length=1, max_length=TITLE_LIMIT)] = Field(
        default_factory=str, examples=["Stop Press"]
    )
    tagline: Annotated[str, Field(max_length=TAGLINE_LIMIT)] | None = Field(
        default=None, examples=["News of the printing trade."]
    )
    language: Annotated[str, Field(max_length=LANGUAGE_LIMIT)] = Field(
        default_factory=str, examples=["en"]
    )
    menu: Annotated[tuple[MenuLinkCommand, ...], Field(max_length=MENU_LIMIT)] = Field(
        default_factory=tuple
    )
    comments: bool = Field(default_factory=bool, examples=[True])


class BlogCommandService(Commands):
    """Changes the settings, for an admin."""

    @command_handler
    async def change_blog(self, patch: BlogPatch) -> BlogView:
        """Change what the patch names."""
        at_least(Role.ADMIN, self.caller)
        settings = await self.write_uow[BlogRepository].settings()
        fields = patch.model_fields_set
        if "registration" in fields:
            settings.registration = patch.registration
        if "registration_role" in fields:
            settings.give(patch.registration_role)
        if "comments" in fields:
            settings.comments = patch.comments
        _name(settings, patch)
        await self.write_uow[BlogRepository].store(settings)
        return view_of(settings)


def _name(settings: BlogSettings, patch: BlogPatch) -> None:
    fields = patch.model_fields_set
    if "title" in fields:
        settings.entitle(patch.title)
    if "tagline" in fields:
        settings.describe(patch.tagline)
    if "language" in fields:
        settings.speak(patch.language)
    if "menu" in fields:
        settings.link(tuple(MenuLink.named(link.label, link.address) for link in patch.menu))
