"""Pictures that hold nothing but pixels are not encoded anew: they would be blurred each time."""

from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from infra.blog.media.bare import is_bare
from infra.blog.media.decoder import ProcessDecoder
from infra.blog.media.decoding import decoded
from infra.blog.media.encoding import write_original
from tests.support.pictures import picture
from tests.unit.test_picture_decoding import PLACE, told_by_camera

JFIF = b"\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01"


def bare(kind: str, content: bytes) -> bool:
    return is_bare(kind, BytesIO(content))


@pytest.mark.parametrize("kind", ["JPEG", "WEBP"])
@pytest.mark.parametrize("width", [7, 8, 700])
@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"lossless": True}])
def test_what_is_made_here_stays_as_it_is(kind: str, width: int, options: dict[str, Any]) -> None:
    sent = picture(width, 5, kind, **told_by_camera())
    assert not bare(kind, sent)
    made = BytesIO()
    write_original(decoded(BytesIO(sent)), made)
    assert bare(kind, made.getvalue())
    assert bare(kind, picture(width, 5, kind, **options))


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        *((kind, told) for kind in ("JPEG", "WEBP") for told in ("exif", "xmp", "icc_profile")),
        ("JPEG", "comment"),
    ],
)
def test_what_is_told_beside_the_pixels_is_found(kind: str, told: str) -> None:
    sent = picture(kind=kind, **{told: told_by_camera().get(told, PLACE)})
    assert not bare(kind, sent)


@pytest.mark.parametrize("kind", ["JPEG", "WEBP"])
def test_what_is_around_a_picture_is_found(kind: str) -> None:
    content = picture(kind=kind)
    assert not bare(kind, content + PLACE)
    assert not any(bare(kind, content[:end]) for end in range(len(content)))
    if kind == "WEBP":
        size = (len(content) + 16 - 8).to_bytes(4, "little")
        chunk = b"note" + (8).to_bytes(4, "little") + b"a secret"
        assert not bare(kind, b"RIFF" + size + content[8:] + chunk)
    else:
        thumbnail = JFIF.replace(b"\x00\x10", b"\x00\x13", 1) + b"\x01\x01abc"
        assert content[2:20] == JFIF + b"\0\0"
        assert not bare(kind, content[:2] + thumbnail + content[20:])


def test_other_kinds_are_not_known() -> None:
    assert not any(bare(kind, picture(kind=kind)) for kind in ("PNG", "GIF", "AVIF"))
    moving = BytesIO()
    frames = [Image.new("RGB", (8, 6), colour) for colour in ("red", "blue")]
    frames[0].save(moving, "WEBP", save_all=True, append_images=frames[1:])
    assert not bare("WEBP", moving.getvalue())


@pytest.mark.parametrize(("kind", "stays"), [("JPEG", True), ("WEBP", True), ("AVIF", False)])
async def test_the_process_copies_it(kind: str, stays: bool, tmp_path: Any) -> None:
    (sent := tmp_path / "sent").write_bytes(content := picture(400, 6, kind, quality=50))
    with sent.open("rb") as file:
        async with ProcessDecoder().made(file) as made:
            made.original.seek(0)
            assert (made.original.read() == content) == stays
            assert [width for width, _, _ in made.sizes] == [320]
