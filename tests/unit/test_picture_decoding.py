"""What is made of pictures: upright, without metadata, in smaller sizes; and what is refused."""

import struct
import sys
import zlib
from collections.abc import Sequence
from io import BytesIO
from tempfile import TemporaryFile
from typing import Any

import pytest
from PIL import Image, PngImagePlugin

from application.media.ports import NotDecoded
from infra.blog.media import decoder
from infra.blog.media.decoder import ProcessDecoder
from infra.blog.media.decoding import Refused, decoded
from infra.blog.media.encoding import write_original, write_sizes
from tests.support.pictures import picture

KINDS = ("PNG", "JPEG", "WEBP", "AVIF", "GIF")
PLACE = b"a secret place"
FRAMES = [Image.new("RGB", (30, 20), colour) for colour in ("red", "green", "blue")]


def made_of(content: bytes) -> tuple[bytes, Sequence[tuple[int, int]], list[bytes]]:
    outputs = [BytesIO() for _ in range(5)]
    found = decoded(BytesIO(content))
    sizes = write_sizes(found, outputs[1:])
    write_original(found, outputs[0])
    original, *smaller = (output.getvalue() for output in outputs)
    return original, sizes, smaller


def told_by_camera() -> dict[str, Any]:
    exif = Image.Exif()
    exif[0x010E] = PLACE.decode()  # a description
    exif[0x0112] = 6  # turned by 90°
    exif.get_ifd(0x8825)[29] = PLACE.decode()  # GPS
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", PLACE.decode())
    return {"exif": exif, "xmp": PLACE, "comment": PLACE, "pnginfo": text}


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_camera_adds_is_gone_and_the_picture_upright(kind: str) -> None:
    told = told_by_camera()
    if kind == "GIF":
        del told["exif"], told["xmp"]
    sent = picture(700, 500, kind, **told)
    assert PLACE in sent
    original, sizes, smaller = made_of(sent)
    found = Image.open(BytesIO(original))
    assert (PLACE in original, found.format) == (False, kind)
    assert found.size == ((700, 500) if kind == "GIF" else (500, 700))
    # its red half is on top now
    red, green, blue = found.convert("RGB").getpixel((10, 10))  # type: ignore[misc]
    assert (red > 200, green < 60, blue < 60) == (True, True, True)
    widths = [320, 640] if kind == "GIF" else [320]
    assert [Image.open(BytesIO(each)).width for each in smaller if each] == widths
    assert [width for width, _ in sizes] == widths


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP"])
def test_an_animation_goes_on_moving(kind: str) -> None:
    sent = BytesIO()
    FRAMES[0].save(sent, kind, save_all=True, append_images=FRAMES[1:], duration=70, loop=0)
    original, sizes, smaller = made_of(sent.getvalue())
    with Image.open(BytesIO(original)) as found:
        assert (getattr(found, "n_frames", 1), sizes, any(smaller)) == (3, [], False)


def test_what_follows_a_picture_is_gone() -> None:
    original, _, _ = made_of(picture(kind="GIF") + b"<script>alert(1)</script>")
    assert b"script" not in original


@pytest.mark.parametrize("profile", [b"nonsense", b"\0" * 200])
def test_a_profile_that_lies_is_passed_over(profile: bytes) -> None:
    original, _, _ = made_of(picture(kind="JPEG", icc_profile=profile))
    assert profile not in original


def test_colours_of_16_bits_and_of_print_are_kept() -> None:
    grey, printed = BytesIO(), BytesIO()
    Image.new("I;16", (400, 10), 128 * 256).save(grey, "PNG")
    Image.new("RGB", (400, 10), "red").convert("CMYK").save(printed, "JPEG")
    for sent, expected in ((grey, (128, 128, 128)), (printed, (254, 0, 0))):
        _, _, smaller = made_of(sent.getvalue())
        shown = Image.open(BytesIO(smaller[0])).convert("RGB").getpixel((9, 2))
        assert isinstance(shown, tuple)
        assert max(abs(a - b) for a, b in zip(shown, expected, strict=True)) < 6


def png_of(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it is large."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + content))
        return struct.pack(">I", len(content)) + kind + content + check

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(5000))) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def gif_of(frames: int, width: int) -> bytes:
    sent = BytesIO()
    images = [Image.new("L", (width, 1), number % 255) for number in range(frames)]
    images[0].save(sent, "GIF", save_all=True, append_images=images[1:], duration=20)
    return sent.getvalue()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no PNG"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "no PNG"),
        (b"<html>GIF89a", "no PNG"),
        (b"\x89PNG\r\n\x1a\n", "no PNG"),
        (png_of(50_000, 50_000), "50 megapixels"),
        (png_of(7_100, 7_100), "50 megapixels"),
        (png_of(1_000, 1_000), "decoded"),
        (picture(900, 900, "JPEG")[:4000], "decoded"),
        (picture(900, 900, "WEBP")[:300], "decoded"),
        (gif_of(1_100, 2), "1000 frames"),
        (gif_of(900, 60_000), "50 megapixels"),
    ],
    ids=[*("empty", "svg", "html", "head", "bomb", "large", "lacking", "jpeg", "webp"), "a", "b"],
)
def test_what_is_no_picture_is_refused(content: bytes, said: str) -> None:
    with pytest.raises(Refused, match=said):
        decoded(BytesIO(content))


@pytest.mark.parametrize(
    "program",
    [
        "import os; os.kill(os.getpid(), 9)",
        "from infra.blog.media.picture_process import _bind; _bind(); bytearray(2**30)",
        "import time; time.sleep(60)",
    ],
    ids=["killed", "memory", "time"],
)
async def test_a_process_that_a_picture_kills_is_told(
    monkeypatch: pytest.MonkeyPatch, program: str
) -> None:
    monkeypatch.setattr(decoder, "_COMMAND", (sys.executable, "-c", program))
    monkeypatch.setattr(decoder, "_SECONDS", 1)
    with TemporaryFile() as content, pytest.raises(NotDecoded):
        await ProcessDecoder().look(content)
