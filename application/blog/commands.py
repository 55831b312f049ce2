"""Commands on a blog's settings."""

from pydantic import Field

from application.blog.ports import BlogRepository
from application.blog.views import BlogView, view_of
from application.callers import at_least
from application.commands import Command
from application.handlers import command_handler
from application.services import Commands
from domain.blog import Registration
from domain.caller import Role


class BlogPatch(Command):
    """A change of the settings; omitted fields are left alone."""

    registration: Registration = Field(
        default_factory=lambda: Registration.OPEN, examples=["closed"]
    )
    registration_role: Role = Field(default_factory=lambda: Role.AUTHOR, examples=["reader"])


class BlogCommandService(Commands):
    """Changes the settings, for an admin."""

    @command_handler
    async def change_blog(self, patch: BlogPatch) -> BlogView:
        """Change what the patch names."""
        at_least(Role.ADMIN, self.caller)
        settings = await self.write_uow[BlogRepository].settings()
        if "registration" in patch.model_fields_set:
            settings.registration = patch.registration
        if "registration_role" in patch.model_fields_set:
            settings.give(patch.registration_role)
        await self.write_uow[BlogRepository].store(settings)
        return view_of(settings)
