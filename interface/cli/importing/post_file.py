"""A file that may contain a post, on the disk or in an archive."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import takewhile
from pathlib import PurePosixPath

from domain.post import BODY_LIMIT_BYTES
from interface.cli.importing.bad_file import BadFile
from interface.cli.importing.place import CONTENT, Place
from interface.cli.importing.trees import Tree

SIZE_LIMIT = 2 * BODY_LIMIT_BYTES  # in bytes: a body, and front matter beside it
_ENDINGS = frozenset({".md", ".markdown"})
# folders of output, and of dependencies
_NO_SOURCES = frozenset({"_site", "archetypes", "node_modules", "themes", "vendor"})


@dataclass(frozen=True, slots=True)
class PostFile:
    """A file; `name` is the one that is shown, `whole_path` the resolved one, `tree` what it is in.

    `read` gives up to SIZE_LIMIT + 1 bytes, or raises BadFile.
    """

    name: str
    whole_path: PurePosixPath
    place: Place
    read: Callable[[], bytes]
    tree: Tree

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
    is_section = path.name.startswith("_index.")
    return path.suffix.lower() in _ENDINGS and not is_section and not _is_aside(path)


def without_resources(files: Sequence[PostFile]) -> list[PostFile]:
    """Leave out files that are parts of the page bundle of an `index.md` beside them."""
    pages = {file.whole_path.parent for file in files if file.place.is_page_with_resources}
    return [
        file for file in files if file.place.is_bundle or pages.isdisjoint(file.whole_path.parents)
    ]


def _is_aside(path: PurePosixPath) -> bool:
    if any(part.startswith((".", "__MACOSX")) for part in path.parts):
        return True
    # below content, each of these names is a section's
    folders = takewhile(lambda part: part != CONTENT, path.parts[:-1])
    return not _NO_SOURCES.isdisjoint(folders)
