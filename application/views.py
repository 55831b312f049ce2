"""What all views have in common."""

from dataclasses import dataclass
from hashlib import blake2b

from pydantic import BaseModel, ConfigDict


@dataclass(frozen=True, slots=True)
class Encoded:
    """An encoded view: its JSON, its ETag, and what a route needs to answer with it."""

    content: bytes
    etag: str
    slug: str = ""  # of a post
    next_cursor: str = ""  # of a page that is not the last

    @classmethod
    def of(cls, content: bytes) -> "Encoded":
        """Encode JSON that is not a view's own."""
        return cls(content, f'"{_digest(content)}"')


def _digest(content: bytes) -> str:
    return blake2b(content, digest_size=8).hexdigest()


class View(BaseModel):
    """An immutable answer."""

    model_config = ConfigDict(frozen=True)

    def encoded(self) -> Encoded:
        """Return its JSON and its ETag."""
        content = self.__pydantic_serializer__.to_json(self)
        etag = self._etag(_digest(content))
        return Encoded(content, etag, self._slug(), self._next_cursor())

    def _etag(self, digest: str) -> str:
        return f'"{digest}"'

    def _slug(self) -> str:
        return ""

    def _next_cursor(self) -> str:
        return ""
