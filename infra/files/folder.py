"""The store of files in a folder, which all servers and workers share."""

import asyncio
import errno
import os
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkstemp
from typing import BinaryIO

from application.files import FileMissing, FilesFull, FilesUnavailable

PIECE_BYTES = 262_144
_SECONDS = 30  # a network's folder may not answer
_FULL = (errno.ENOSPC, errno.EDQUOT)


@dataclass(frozen=True, slots=True)
class FolderFiles:
    """Files below a folder; it is created with the first one."""

    root: Path

    async def put(self, name: str, content: BinaryIO) -> None:
        with _faults():
            async with asyncio.timeout(_SECONDS):
                await asyncio.to_thread(self._put, name, content)

    async def pieces(self, name: str, start: int, length: int) -> AsyncIterator[bytes]:
        with _faults():
            file = await asyncio.to_thread((self.root / name).open, "rb")
            with file:
                file.seek(start)
                while piece := await asyncio.to_thread(file.read, min(PIECE_BYTES, length)):
                    length -= len(piece)
                    yield piece

    async def delete(self, folder: str) -> None:
        with _faults(), suppress(FileNotFoundError):
            async with asyncio.timeout(_SECONDS):
                await asyncio.to_thread(shutil.rmtree, self.root / folder)

    def _put(self, name: str, content: BinaryIO) -> None:
        target = self.root / name
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        for left in target.parent.glob(f".{target.name}.*"):
            left.unlink(missing_ok=True)  # of a process that was killed here
        descriptor, temporary = mkstemp(prefix=f".{target.name}.", dir=target.parent)
        try:
            _write(descriptor, content)
            os.replace(temporary, target)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
        self._sync_above(target)

    def _sync_above(self, target: Path) -> None:
        for folder in target.parents:
            descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
            if folder == self.root:
                break


def _write(descriptor: int, content: BinaryIO) -> None:
    with os.fdopen(descriptor, "wb") as file:
        content.seek(0)
        shutil.copyfileobj(content, file, PIECE_BYTES)
        file.flush()
        os.fsync(descriptor)


@contextmanager
def _faults() -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise FileMissing from error
    except TimeoutError as error:
        raise FilesUnavailable("The store of files does not answer: try again.") from error
    except OSError as error:
        if error.errno in _FULL:
            raise FilesFull("The store of files is full: nothing was stored.") from error
        said = f"The store of files can't be used: {error.strerror}."
        raise FilesUnavailable(said) from error
