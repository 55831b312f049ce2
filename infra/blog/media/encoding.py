"""Encoding of pictures, without anything beside their pixels."""

from collections.abc import Sequence
from typing import Any, BinaryIO

from PIL import Image

from domain.picture import WIDTHS
from infra.blog.media.decoding import Decoded

_OPTIONS: dict[str, dict[str, Any]] = {
    "JPEG": {"quality": 90},
    "WEBP": {"quality": 90},
    "AVIF": {"quality": 80, "max_threads": 1},
    # at the usual level, 50 megapixels take half a minute
    "PNG": {"compress_level": 3},
}
_SMALL: dict[str, Any] = {"quality": 80}
_PLAIN_MODES = {
    "PNG": ("1", "L", "LA", "I", "I;16", "P", "RGB", "RGBA"),
    "GIF": ("1", "L", "P"),
    "JPEG": ("L", "RGB"),
}
_WHOLE_COLOUR = ("RGB", "RGBA")


def write_original(picture: Decoded, output: BinaryIO) -> None:
    """Write a picture anew, in its own format."""
    first, *rest = picture.frames
    options = dict(_OPTIONS.get(picture.format, {}))
    if picture.is_animated:
        options |= {"save_all": True, "append_images": [_bare(frame) for frame in rest]}
        options["duration"] = list(picture.durations)
        if picture.loop is not None:
            options["loop"] = picture.loop
        if picture.format == "GIF":
            options["disposal"] = 2  # each frame is a whole one
    _bare(_fitting(first, picture.format)).save(output, picture.format, **options)


def write_sizes(picture: Decoded, outputs: Sequence[BinaryIO]) -> list[tuple[int, int]]:
    """Write the smaller sizes as WebP, and return their pixels; an animation has none, as they
    would not move."""
    [still, *others] = picture.frames
    written = []
    for width, output in zip(WIDTHS, outputs, strict=True):
        if width < still.width and not others:
            height = max(1, round(still.height * width / still.width))
            small = _whole_colour(still).resize((width, height), reducing_gap=3)
            _bare(small).save(output, "WEBP", **_SMALL)
            written.append((width, height))
    return written


def _fitting(image: Image.Image, kind: str) -> Image.Image:
    """Return a picture in a mode that the format can store."""
    if image.mode in _PLAIN_MODES.get(kind, _WHOLE_COLOUR):
        return image
    return image.convert("RGB") if kind == "JPEG" else _whole_colour(image)


def _whole_colour(image: Image.Image) -> Image.Image:
    if image.mode in _WHOLE_COLOUR:
        return image
    if image.mode.startswith("I"):
        # 16 bits, of which `convert` would cut off the high ones
        image = image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


def _bare(image: Image.Image) -> Image.Image:
    """Remove what Pillow would store besides the pixels, but for the colour that is transparent."""
    is_keyed = image.mode not in ("RGBA", "LA") and "transparency" in image.info
    image.info = {"transparency": image.info["transparency"]} if is_keyed else {}
    return image
