"""The header `Range` (RFC 9110): one range of bytes; several are answered with the whole."""

import re
from dataclasses import dataclass

_ONE = re.compile(r"bytes=\s*(?:(\d{1,18})-(\d{0,18})|-(\d{1,18}))\s*", re.IGNORECASE | re.ASCII)


class Unsatisfiable(Exception):
    """The range begins beyond the end."""


@dataclass(frozen=True, slots=True)
class ByteRange:
    """A part of a file: its first byte, and the number of bytes."""

    start: int
    length: int

    def of(self, size: int) -> str:
        """Return the header `Content-Range`, in a file of `size` bytes."""
        return f"bytes {self.start}-{self.start + self.length - 1}/{size}"


def asked_range(header: str | None, size: int) -> ByteRange | None:
    """Read the header; None where the whole is asked for, or nothing that can be given in one part.
    Raises Unsatisfiable."""
    found = _ONE.fullmatch(header) if header else None
    if found is None:
        return None
    first, last, final = found.groups()
    if final is not None:
        start, end = max(0, size - int(final)), size
    else:
        start, end = int(first), min(size, int(last) + 1) if last else size
        if last and int(last) < start:
            return None  # no range at all
    if start >= size or end <= start:
        raise Unsatisfiable
    return ByteRange(start, end - start)
