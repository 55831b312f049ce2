"""Files that browsers keep for ever, as their addresses change with them."""

from hashlib import blake2b
from pathlib import Path

from fastapi import HTTPException, Request, Response

_KINDS = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8"}


class LastingFile:
    """A file whose address has a digest of its content."""

    def __init__(self, file: Path) -> None:
        self._content = file.read_bytes()
        self._kind = _KINDS[file.suffix]
        self.digest = blake2b(self._content, digest_size=6).hexdigest()

    def answer(self, request: Request, digest: str) -> Response:
        """Return the file; raises HTTPException 404 for the digest of another version, which
        browsers and proxies would keep under a wrong address."""
        if digest != self.digest:
            raise HTTPException(404)
        request.state.is_lasting = True
        return Response(self._content, media_type=self._kind)
