"""Counts a body's values while it arrives, as the time to parse it depends on their number."""

import re
from typing import Protocol

from fastapi import HTTPException

_ESCAPE = re.compile(rb"\\.", re.DOTALL)
_BEGIN_VALUES = (b",", b"[", b"{")


class ValueCount(Protocol):
    """Counts values in pieces of a body."""

    def after(self, piece: bytes) -> int:
        """Return the number of values so far, with those of one more piece; raises
        HTTPException where they can't be counted."""


def value_count(content_type: str) -> ValueCount:
    """Make a counter of values for a body of this type."""
    return _JsonValues() if "json" in content_type.lower() else _FormValues()


class _JsonValues:
    """Counts opening brackets and commas outside of strings, as an estimate of the values."""

    def __init__(self) -> None:
        self._count = 0
        self._is_in_string = False
        self._unread = b""  # a backslash whose character is in the next piece

    def after(self, piece: bytes) -> int:
        if b"\0" in piece:
            # UTF-16 and UTF-32 have one at each bracket; JSON on the network is UTF-8
            raise HTTPException(400, "The body is not JSON in UTF-8.")
        text = _ESCAPE.sub(b"", self._unread + piece)
        self._unread = b"\\" if text.endswith(b"\\") else b""
        parts = text.removesuffix(b"\\").split(b'"')
        outside = b"".join(parts[int(self._is_in_string) :: 2])
        # each quote ends a part
        self._is_in_string ^= len(parts) % 2 == 0
        self._count += sum(map(outside.count, _BEGIN_VALUES))
        return self._count


class _FormValues:
    """Counts the fields of a form."""

    def __init__(self) -> None:
        self._count = 0

    def after(self, piece: bytes) -> int:
        self._count += piece.count(b"&")
        return self._count
