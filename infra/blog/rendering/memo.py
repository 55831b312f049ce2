"""Renderings that were made lately, in bounded memory."""

import sys
from collections import OrderedDict
from hashlib import blake2b


class Memo:
    """Keeps texts by what they were made from, the least recently used one until it is full."""

    def __init__(self, limit_bytes: int) -> None:
        self._left = limit_bytes
        self._kept: OrderedDict[bytes, str] = OrderedDict()

    @staticmethod
    def key(*source: str) -> bytes:
        """Return what stands for a source."""
        lengths = ",".join(str(len(part)) for part in source)
        return blake2b("\0".join((lengths, *source)).encode(), digest_size=16).digest()

    def get(self, key: bytes) -> str | None:
        if key in self._kept:
            self._kept.move_to_end(key)
        return self._kept.get(key)

    def keep(self, key: bytes, made: str) -> None:
        self._left -= _size(made) - _size(self._kept.pop(key, ""))
        self._kept[key] = made
        while self._left < 0:
            self._left += _size(self._kept.popitem(last=False)[1])


def _size(made: str) -> int:
    # with the key and the place in the table
    return sys.getsizeof(made) + 200 if made else 0
