"""Which pictures may be covers."""

from uuid import UUID

from application.media.ports import PictureReader
from application.unit_of_work import WriteUnitOfWork
from domain.caller import Caller
from domain.errors import Invalid
from domain.picture import State


async def checked_cover(
    uow: WriteUnitOfWork, picture_id: UUID | None, caller: Caller
) -> UUID | None:
    """Return the id of a picture that a caller may choose, or None for none; raises Invalid."""
    if picture_id is None:
        return None
    picture = await uow[PictureReader].get(picture_id, seen_by=caller)
    if picture is None:
        raise Invalid("cover", "It is no picture of yours.", "unknown_picture")
    if picture.state is not State.READY:
        raise Invalid("cover", "Wait until this picture is `ready`.", "not_ready")
    return picture_id
