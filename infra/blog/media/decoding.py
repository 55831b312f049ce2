"""Decoding of pictures, in a process of its own: `picture_process.py`."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import BinaryIO

from PIL import Image, ImageCms, ImageOps, ImageSequence, UnidentifiedImageError

FORMATS = ("PNG", "JPEG", "WEBP", "AVIF", "GIF")
PIXELS_LIMIT = 50_000_000  # of all frames
FRAMES_LIMIT = 1000
_OF_CAMERA = "MPO"  # a JPEG with further ones, which no browser shows
_FRAME_MILLISECONDS = 100  # where a file does not say how long a frame is shown
_SRGB = ImageCms.createProfile("sRGB")
_IN_COLOUR = ("RGB", "RGBA", "CMYK")
_TOO_LARGE = (
    f"A picture may have at most {PIXELS_LIMIT // 1_000_000} megapixels, in all its frames."
)


class Refused(Exception):
    """It is no picture that can be taken."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """The frames of a picture, in sRGB and the right way up; `durations` are milliseconds."""

    format: str
    frames: tuple[Image.Image, ...]
    durations: tuple[int, ...]
    loop: int | None

    @property
    def is_animated(self) -> bool:
        return len(self.frames) > 1


def decoded(content: BinaryIO) -> Decoded:
    """Decode the whole of a picture; raises Refused."""
    with _faults():
        image = Image.open(content, formats=FORMATS)
        kind = "JPEG" if image.format == _OF_CAMERA else str(image.format)
        if _frame_count(image) == 1:
            image.load()
            return Decoded(kind, (_in_srgb(ImageOps.exif_transpose(image)),), (), None)
        frames = [(frame.convert("RGBA"), _shown_for(frame)) for frame in _frames(image)]
        pictures, durations = zip(*frames, strict=True)
        return Decoded(kind, pictures, durations, image.info.get("loop"))


def _frame_count(image: Image.Image) -> int:
    """Count the frames; raises Refused for too many, of which none is decoded yet."""
    count = 1 if image.format == _OF_CAMERA else int(getattr(image, "n_frames", 1))
    if count > FRAMES_LIMIT:
        raise Refused(f"An animation may have at most {FRAMES_LIMIT} frames.")
    if count * image.width * image.height > PIXELS_LIMIT:
        raise Refused(_TOO_LARGE)
    return count


def _frames(image: Image.Image) -> Iterator[Image.Image]:
    return iter(ImageSequence.Iterator(image))


def _shown_for(frame: Image.Image) -> int:
    return int(frame.info.get("duration") or _FRAME_MILLISECONDS)


def _in_srgb(image: Image.Image) -> Image.Image:
    """Return a picture in sRGB; one whose profile is none, or of another kind, as it is."""
    profile = image.info.get("icc_profile")
    if not profile or image.mode not in _IN_COLOUR:
        return image
    mode = "RGBA" if image.mode == "RGBA" else "RGB"
    try:
        own = ImageCms.ImageCmsProfile(BytesIO(profile))
        return ImageCms.profileToProfile(image, own, _SRGB, outputMode=mode) or image
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return image


@contextmanager
def _faults() -> Iterator[None]:
    try:
        yield
    except (Refused, MemoryError):
        raise
    except UnidentifiedImageError as error:
        raise Refused("It is no PNG, JPEG, WebP, AVIF or GIF.") from error
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise Refused(_TOO_LARGE) from error
    except Exception as error:
        # Pillow's plugins raise nearly every error there is
        raise Refused("It can't be decoded.") from error
