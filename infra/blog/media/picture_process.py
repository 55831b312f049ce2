"""The process that decodes one picture: `python -m infra.blog.media.picture_process`.

It reads the picture from its standard input, and answers in JSON. With file descriptors as
arguments it writes to them the original without what cameras add, and the smaller sizes; a picture
without such additions is copied. Whatever a picture makes of the libraries happens here: the
process has limits of its own, and no connection, token or setting.
"""

import json
import os
import resource
import shutil
import sys
import warnings
from typing import Any

from PIL import Image

from infra.blog.media.bare import is_bare
from infra.blog.media.decoding import PIXELS_LIMIT, Refused, decoded
from infra.blog.media.encoding import write_original, write_sizes

_MIB = 1_048_576
_LIMITS = (
    (resource.RLIMIT_AS, 1024 * _MIB),
    (resource.RLIMIT_CPU, 60),  # seconds
    (resource.RLIMIT_FSIZE, 256 * _MIB),
    (resource.RLIMIT_CORE, 0),
    (resource.RLIMIT_NOFILE, 32),
)


def main(*descriptors: int) -> dict[str, Any]:
    """Decode, write to the descriptors, if there are any, and return the answer."""
    with os.fdopen(0, "rb", closefd=False) as content:
        try:
            picture = decoded(content)
        except Refused as refusal:
            return {"refused": str(refusal)}
        first = picture.frames[0]
        answer = {"type": f"image/{picture.format.lower()}", "width": first.width}
        answer |= {"height": first.height}
        if not descriptors:
            return answer
        original, *smaller = (os.fdopen(each, "wb") for each in descriptors)
        sizes = write_sizes(picture, smaller)
        if is_bare(picture.format, content):
            content.seek(0)
            shutil.copyfileobj(content, original)
        else:
            write_original(picture, original)
        for output in (original, *smaller):
            output.close()
    return answer | {"sizes": sizes}


def _bind() -> None:
    for kind, most in _LIMITS:
        resource.setrlimit(kind, (most, most))
    # a file that says it is twice as large as that is an error anyhow
    Image.MAX_IMAGE_PIXELS = PIXELS_LIMIT
    warnings.simplefilter("error", Image.DecompressionBombWarning)


if __name__ == "__main__":
    _bind()
    json.dump(main(*map(int, sys.argv[1:])), sys.stdout)
