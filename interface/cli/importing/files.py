"""The files to import: from folders and archives, and single ones."""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path, PurePosixPath

from interface.cli.importing.archives import archived_files
from interface.cli.importing.bad_file import BadFile
from interface.cli.importing.place import CONFIG_OF_SITE, Place
from interface.cli.importing.post_file import SIZE_LIMIT, PostFile, may_be_post, without_resources
from interface.cli.importing.trees import FolderTree, inside


class NothingFound(Exception):
    """There is nothing to import; the message is one line that names the place."""


@contextmanager
def found_files(paths: Iterable[Path]) -> Iterator[list[PostFile]]:
    """Find files, and those in folders and archives at any depth, sorted; raises NothingFound.

    They can be read until the end of the block; those that can't be raise BadFile when they are
    read.
    """
    files: dict[PurePosixPath, PostFile] = {}
    with ExitStack() as archives:
        for path in paths:
            for file in _found(path, archives):
                # a file named twice is one file
                files.setdefault(file.whole_path, file)
        if not files:
            raise NothingFound("No *.md file found there: nothing to import.")
        yield sorted(without_resources([*files.values()]), key=lambda file: file.name)


def _found(path: Path, archives: ExitStack) -> Iterator[PostFile]:
    if path.is_dir():
        found = (file for file in path.rglob("*") if may_be_post(_below(path, file)))
        yield from (_on_disk(file, path) for file in found if file.is_file())
    elif not path.exists():
        raise NothingFound(f"{path}: no such file or folder.")
    elif path.suffix.lower() == ".zip":
        yield from archived_files(path, archives)
    else:
        yield _on_disk(path, path.parent)


def _on_disk(file: Path, folder: Path) -> PostFile:
    root = folder.resolve()
    path = PurePosixPath(file.resolve())
    # a name that is not UTF-8 can't be printed
    name = str(file).encode(errors="surrogateescape").decode(errors="replace")
    if not path.is_relative_to(root):
        # by its own path: a symbolic link is not its target
        path = PurePosixPath(root / file.relative_to(folder))
    place = Place(path, _site_of(path, PurePosixPath(root)))
    return PostFile(name, path, place, partial(_content, file, root), FolderTree(root))


def _below(folder: Path, file: Path) -> PurePosixPath:
    return PurePosixPath(file.relative_to(folder))


def _site_of(path: PurePosixPath, folder: PurePosixPath) -> PurePosixPath:
    for parent in path.parents:
        if Path(parent, CONFIG_OF_SITE).is_file():
            return parent
    return folder


def _content(file: Path, folder: Path) -> bytes:
    try:
        with inside(file, folder).open("rb") as opened:
            return opened.read(SIZE_LIMIT + 1)
    except OSError as error:
        raise BadFile(1, f"It can't be read: {error.strerror}.") from error
