"""The cover of a post, as the columns `cover_…` of a row have it."""

from collections.abc import Mapping
from typing import Any

from application.media.views import ShownPicture, path_of_picture, sizes_of
from domain.picture import State


def cover_of(fields: Mapping[str, Any]) -> ShownPicture | None:
    """Return the cover; None where a post has none, or it is not ready: that of an import is
    processed after it."""
    picture_id, name = fields["cover_id"], fields["cover_name"]
    if fields["cover_state"] != State.READY.value:
        return None
    return ShownPicture(
        id=picture_id,
        url=path_of_picture(picture_id, name),
        sizes=sizes_of(picture_id, name, fields["cover_sizes"]),
        **{each: fields[f"cover_{each}"] for each in ("alt", "width", "height")},
    )
