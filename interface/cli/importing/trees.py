"""What is imported, as a tree of files in which pictures lie beside posts."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from io import SEEK_END
from pathlib import Path, PurePosixPath
from tempfile import TemporaryFile
from typing import BinaryIO, Protocol
from zipfile import ZipFile, ZipInfo

from domain.picture import BYTES_LIMIT
from interface.cli.importing.bad_file import BadFile
from interface.cli.importing.broken_archive import broken_archive

_PIECE_BYTES = 262_144
_MIB = 1_048_576


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file of a tree; `whole_path` is the same for the same file.

    `open` gives a file on the disk, of at most BYTES_LIMIT bytes, or raises BadFile.
    """

    whole_path: PurePosixPath
    open: Callable[[], BinaryIO]


class Tree(Protocol):
    """A folder or an archive that is imported."""

    def find(self, path: PurePosixPath) -> FoundFile | None:
        """Return the file at a path without `..`; None where there is none. Raises BadFile for a
        link that leads out of the tree."""


@dataclass(frozen=True, slots=True)
class FolderTree:
    """A folder; paths are those of the disk."""

    root: Path

    def find(self, path: PurePosixPath) -> FoundFile | None:
        if not path.is_relative_to(self.root):
            return None
        try:
            if not Path(path).is_file():
                return None
        except OSError:
            return None  # a name that is too long
        file = inside(Path(path), self.root)
        return FoundFile(PurePosixPath(file), partial(_opened, file))


@dataclass(frozen=True, slots=True)
class ArchiveTree:
    """An archive; paths begin at its root."""

    whole_path: PurePosixPath
    archive: ZipFile
    members: Mapping[PurePosixPath, ZipInfo]

    def find(self, path: PurePosixPath) -> FoundFile | None:
        info = self.members.get(path)
        if info is None or info.is_dir():
            return None
        return FoundFile(self.whole_path / path, partial(self._unpacked, info))

    def _unpacked(self, info: ZipInfo) -> BinaryIO:
        """Copy a member into a file without a name, no further than beyond the limit."""
        with ExitStack() as files:
            unpacked = files.enter_context(TemporaryFile())
            for piece in self._pieces(info):
                unpacked.write(piece)
                if unpacked.tell() > BYTES_LIMIT:
                    break
            files.pop_all()
        return _bounded(unpacked)

    def _pieces(self, info: ZipInfo) -> Iterator[bytes]:
        with broken_archive(), self.archive.open(info) as member:
            while piece := member.read(_PIECE_BYTES):
                yield piece


def inside(file: Path, folder: Path) -> Path:
    """Return a file's path without links; raises BadFile for one outside of the folder."""
    path = file.resolve()
    if not path.is_relative_to(folder):
        reason = "It is a link that leads out of its folder: put the file itself there."
        raise BadFile(None, reason)
    return path


def _opened(file: Path) -> BinaryIO:
    try:
        return _bounded(file.open("rb"))
    except OSError as error:
        raise BadFile(None, f"It can't be read: {error.strerror}.") from error


def _bounded(file: BinaryIO) -> BinaryIO:
    """Return a file that is no larger than a picture may be; raises BadFile."""
    if file.seek(0, SEEK_END) > BYTES_LIMIT:
        file.close()
        raise BadFile(None, f"It has more than {BYTES_LIMIT // _MIB} MiB: make it smaller.")
    file.seek(0)
    return file
