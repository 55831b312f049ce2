"""Compressed bodies, kept beside the plain ones: each is compressed once."""

import gzip
from collections.abc import Callable, Mapping
from functools import partial

import zstandard
from cachetools import LRUCache

from application.memoizing import memoized
from application.views import Encoded

_KEPT_BYTES = 32_000_000
_LEAST_BYTES = 1_000  # for smaller ones it gains nothing
_COMPRESSIBLE = ("text/html", "application/atom+xml", "application/feed+json", "application/xml")
# the first one that a caller takes is used
_CODINGS: Mapping[str, Callable[[bytes], bytes]] = {
    "zstd": zstandard.compress,
    "gzip": partial(gzip.compress, compresslevel=6, mtime=0),
}
_kept: LRUCache[tuple[str, str], bytes] = LRUCache(_KEPT_BYTES, getsizeof=len)


def coding_for(found: Encoded, accept_encoding: bytes | None) -> str | None:
    """Return the content coding of an answer; None where it is sent as it is."""
    if accept_encoding is None or len(found.content) < _LEAST_BYTES:
        return None
    return _best(accept_encoding) if found.media_type.startswith(_COMPRESSIBLE) else None


def compressed(found: Encoded, coding: str) -> bytes:
    """Return the content of an answer in a coding. Its ETag is a digest of its content."""
    key = found.etag, coding
    content = _kept.get(key)
    if content is None:
        content = _CODINGS[coding](found.content)
        if len(content) <= _KEPT_BYTES:
            _kept[key] = content
    return content


@memoized(lambda accepted: len(accepted))
def _best(accepted: bytes) -> str | None:
    taken = dict(map(_weighed, accepted.decode("latin-1").lower().split(",")))
    of_others = taken.get("*", False)
    return next((coding for coding in _CODINGS if taken.get(coding, of_others)), None)


def _weighed(part: str) -> tuple[str, bool]:
    """Return a coding, and whether the caller takes it: q=0 says no."""
    coding, _, weight = part.partition(";")
    refused = weight.strip().removeprefix("q=").strip().rstrip("0") in ("", "0", "0.")
    return coding.strip(), not (weight.strip() and refused)
