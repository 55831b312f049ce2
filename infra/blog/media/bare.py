"""Files that hold a picture and nothing beside it: encoding these anew would only blur them."""

import re
from collections.abc import Callable
from typing import BinaryIO

_START, _END = b"\xff\xd8", b"\xff\xd9"
# tables, frames and scans: no application's segment, no comment
_SEGMENTS = frozenset((0xC0, 0xC1, 0xC2, 0xC4, 0xDA, 0xDB, 0xDD))
_SCAN = 0xDA
# without a thumbnail, which may show what was cut off
_JFIF = re.compile(rb"\xff\xe0\x00\x10JFIF\x00\x01[\x00-\x02].{5}\x00\x00", re.DOTALL)
_NEXT_MARKER = re.compile(rb"\xff(?![\x00\xd0-\xd7])")
_RIFF_HEAD_BYTES = 12  # RIFF, the size of the rest, WEBP
_CHUNKS = frozenset((b"VP8X", b"ALPH", b"VP8 ", b"VP8L"))


def is_bare(kind: str, content: BinaryIO) -> bool:
    """Return whether a file that could be decoded has nothing but its pixels; can be told
    of JPEG and of WebP that does not move."""
    check = _CHECKS.get(kind)
    if check is None:
        return False
    content.seek(0)
    return check(content.read())


def _is_bare_jpeg(data: bytes) -> bool:
    head = _JFIF.match(data, len(_START))
    place = head.end() if head else len(_START)
    while data[place : place + 2] != _END:
        if data[place : place + 1] != b"\xff" or len(data) < place + 4:
            return False
        marker, length = data[place + 1], int.from_bytes(data[place + 2 : place + 4])
        if marker not in _SEGMENTS:
            return False
        place += 2 + length
        if marker == _SCAN:
            following = _NEXT_MARKER.search(data, place)
            place = following.start() if following else len(data)
    return place + len(_END) == len(data)


def _is_bare_webp(data: bytes) -> bool:
    place = _RIFF_HEAD_BYTES
    while place < len(data):
        name, length = data[place : place + 4], data[place + 4 : place + 8]
        if name not in _CHUNKS:
            return False
        size = int.from_bytes(length, "little")
        place += 8 + size + size % 2  # an odd one is padded
    whole = int.from_bytes(data[4:8], "little")
    return place == len(data) == whole + 8


_CHECKS: dict[str, Callable[[bytes], bool]] = {"JPEG": _is_bare_jpeg, "WEBP": _is_bare_webp}
