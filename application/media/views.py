"""Views of pictures: their JSON is that of the API."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from urllib.parse import quote
from uuid import UUID

from pydantic import Field

from application.pages import Page
from application.views import View
from domain.picture import State, name_of_size


class SizeView(View):
    """A smaller size of a picture, as WebP."""

    url: str = Field(examples=["/media/0198c5b2-7d40-7c6f-9e50-8d9e0f1a2b3c/press-640.webp"])
    width: int = Field(examples=[640])
    height: int = Field(examples=[480])
    bytes: int = Field(examples=[51_320])


class PictureView(View):
    """A picture. Its addresses begin with the path, and are answered once it is `ready`; `reason`
    says why it has `failed`."""

    id: UUID = Field(examples=["0198c5b2-7d40-7c6f-9e50-8d9e0f1a2b3c"])
    url: str = Field(examples=["/media/0198c5b2-7d40-7c6f-9e50-8d9e0f1a2b3c/press.jpg"])
    type: str = Field(examples=["image/jpeg"])
    bytes: int = Field(examples=[409_561])
    width: int = Field(examples=[800])
    height: int = Field(examples=[600])
    alt: str = Field(examples=["A printing press."])
    sizes: tuple[SizeView, ...]
    state: State = Field(examples=["ready"])
    reason: str | None = Field(examples=[None])
    created_at: datetime = Field(examples=["2026-01-02T03:04:05.678901Z"])


class PicturePage(Page[PictureView]):
    """A page of pictures, the newest first."""


class ShownPicture(View):
    """A picture where something shows it."""

    id: UUID = Field(examples=["0198c5b2-7d40-7c6f-9e50-8d9e0f1a2b3c"])
    url: str = Field(examples=["/media/0198c5b2-7d40-7c6f-9e50-8d9e0f1a2b3c/press.jpg"])
    alt: str = Field(examples=["A printing press."])
    width: int = Field(examples=[800])
    height: int = Field(examples=[600])
    sizes: tuple[SizeView, ...]


def path_of_picture(picture_id: UUID, name: str) -> str:
    """Return the address of a file, from its path on."""
    return f"/media/{picture_id}/{quote(name)}"


def sizes_of(
    picture_id: UUID, name: str, sizes: Sequence[Mapping[str, int]]
) -> tuple[SizeView, ...]:
    """Return the smaller sizes of a picture, from the narrowest on."""
    paths = (path_of_picture(picture_id, name_of_size(name, size["width"])) for size in sizes)
    return tuple(SizeView(url=path, **size) for path, size in zip(paths, sizes, strict=True))
