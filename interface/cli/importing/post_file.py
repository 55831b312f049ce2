"""A file that may hold a post, on the disk or in an archive."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath

from domain.post import BODY_LIMIT_BYTES
from interface.cli.importing.bad_file import BadFile
from interface.cli.importing.place import Place

SIZE_LIMIT = 2 * BODY_LIMIT_BYTES  # in bytes: a body, and front matter beside it
_ENDINGS = frozenset({".md", ".markdown"})


@dataclass(frozen=True, slots=True)
class PostFile:
    """`name` is what people know it by; `whole_path` is its own, by whatever name.

    `read` gives up to SIZE_LIMIT + 1 bytes, or raises BadFile.
    """

    name: str
    whole_path: PurePosixPath
    place: Place
    read: Callable[[], bytes]

    @property
    def text(self) -> str:
        """The file as it is, its line ends untouched; raises BadFile."""
        content = self.read()
        if len(content) > SIZE_LIMIT:
            raise BadFile(1, f"It has more than {SIZE_LIMIT} bytes: a post is shorter.")
        try:
            return content.decode()
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
            raise BadFile(line, "It isn't UTF-8: save it in that encoding.") from error


def may_be_post(path: PurePosixPath) -> bool:
    """Tell posts from other files of a site by their names; `_index.md` is a section's page."""
    is_hidden = any(part.startswith((".", "__MACOSX")) for part in path.parts)
    return path.suffix.lower() in _ENDINGS and path.name != "_index.md" and not is_hidden
