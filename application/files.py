"""The port of the store of files: whatever keeps what is too large for the database."""

from collections.abc import AsyncIterator
from typing import BinaryIO, Protocol

from application.unit_of_work import Unavailable


class FilesUnavailable(Unavailable):
    """The store of files does not answer, or refuses this server."""


class FilesFull(FilesUnavailable):
    """The store of files, or the disk that files arrive on, is full."""


class FileStore(Protocol):
    """Keeps files by their names, such as `tenant/picture/original`; each method raises
    FilesUnavailable."""

    async def put(self, name: str, content: BinaryIO) -> None:
        """Store a file, whole or not at all; it replaces one of the same name. Raises FilesFull."""

    def pieces(self, name: str, start: int, length: int) -> AsyncIterator[bytes]:
        """Read `length` bytes from `start` on, piece by piece; raises FileMissing at the first."""

    async def delete(self, folder: str) -> None:
        """Delete all files whose names begin with `folder/`; does nothing where there is none."""


class FileMissing(Exception):
    """The store has no file of this name."""
