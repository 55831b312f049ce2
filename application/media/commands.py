"""Commands on pictures that are there."""

from uuid import UUID

from pydantic import Field

from application.callers import authenticated
from application.commands import Command
from application.finding import found
from application.handlers import command_handler
from application.media.ports import PictureReader, PictureRepository
from application.media.views import PictureView
from application.services import Commands
from domain.picture import ALT_LIMIT, Picture


class PicturePatch(Command):
    """A change of a picture; an omitted field is left alone."""

    alt: str = Field(
        default_factory=str,
        max_length=ALT_LIMIT,
        examples=["A printing press."],
        description="What the picture shows, for those who do not see it.",
    )


class PictureCommandService(Commands):
    """Changes pictures for one caller."""

    @command_handler
    async def update_picture(self, picture_id: UUID, patch: PicturePatch) -> PictureView:
        """Change a picture's alternative text."""
        picture = await self._own(picture_id)
        if "alt" in patch.model_fields_set:
            picture.describe(patch.alt)
            await self._store(picture)
        seen_by = authenticated(self.caller)
        return found(await self.write_uow[PictureReader].get(picture_id, seen_by), "picture")

    @command_handler
    async def delete_picture(self, picture_id: UUID) -> None:
        """Delete a picture softly: what shows it goes on showing it."""
        picture = await self._own(picture_id)
        picture.delete(self.clock())
        await self._store(picture)

    async def _own(self, picture_id: UUID) -> Picture:
        caller = authenticated(self.caller)
        picture = await self.write_uow[PictureRepository].get(picture_id)
        picture.check_change_by(caller)
        return picture

    async def _store(self, picture: Picture) -> None:
        picture.updated_at = self.clock()
        await self.write_uow[PictureRepository].store(picture)
