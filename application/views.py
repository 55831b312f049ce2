"""What all answers have in common."""

from dataclasses import dataclass
from hashlib import blake2b

from pydantic import BaseModel, ConfigDict


@dataclass(frozen=True, slots=True)
class Encoded:
    """An answer as it goes out: its JSON, its ETag, and what else a route must know of it."""

    content: bytes
    etag: str
    slug: str = ""  # of a post
    next_cursor: str = ""  # of a page that is not the last


class View(BaseModel):
    """A frozen answer."""

    model_config = ConfigDict(frozen=True)

    def encoded(self) -> Encoded:
        """Give its JSON and its ETag."""
        content = self.__pydantic_serializer__.to_json(self)
        digest = blake2b(content, digest_size=8).hexdigest()
        return Encoded(content, self._etag(digest), self._slug(), self._next_cursor())

    def _etag(self, digest: str) -> str:
        return f'"{digest}"'

    def _slug(self) -> str:
        return ""

    def _next_cursor(self) -> str:
        return ""
