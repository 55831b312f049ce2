"""The errors of archives that are broken."""

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from zipfile import BadZipFile

from interface.cli.importing.bad_file import BadFile

BROKEN = (BadZipFile, EOFError, NotImplementedError, OSError, ValueError, zlib.error)


@contextmanager
def broken_archive() -> Iterator[None]:
    """Raise BadFile for a member that can't be read."""
    try:
        yield
    except BROKEN as error:
        raise BadFile(None, "The archive is broken here: pack it anew.") from error
