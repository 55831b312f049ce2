"""Which pictures a caller may choose, for a post or a profile."""

from uuid import UUID

from application.media.ports import PictureReader
from application.media.views import PictureView
from application.unit_of_work import WriteUnitOfWork
from domain.caller import Caller
from domain.errors import Invalid
from domain.ids import read_id
from domain.picture import State


async def chosen_picture(
    uow: WriteUnitOfWork, field: str, picture_id: UUID, caller: Caller
) -> PictureView:
    """Return a picture that a caller may choose; raises Invalid."""
    picture = await uow[PictureReader].get(picture_id, seen_by=caller)
    if picture is None:
        raise Invalid(field, "It is no picture of yours.", "unknown_picture")
    if picture.state is not State.READY:
        raise Invalid(field, "Wait until this picture is `ready`.", "not_ready")
    return picture


async def chosen_image(uow: WriteUnitOfWork, image: str | None, caller: Caller) -> str | None:
    """Return the address of an image, which may be given as the id of a picture; raises Invalid."""
    picture_id = read_id(image) if image else None
    if picture_id is None:
        return image
    return (await chosen_picture(uow, "image", picture_id, caller)).url
