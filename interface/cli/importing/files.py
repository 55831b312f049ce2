"""Which files are imported, and their text."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from interface.cli.importing.bad_file import BadFile


class NothingFound(Exception):
    """There is nothing to import; the message is one line that says where."""


def found_files(paths: Iterable[Path]) -> list[Path]:
    """Find files, and *.md in folders at any depth, sorted; raises NothingFound."""
    # by what they resolve to: a file named twice is one file
    files = {file.resolve(): file for path in paths for file in _found(path)}
    if not files:
        raise NothingFound("No *.md file found there: nothing to import.")
    return sorted(files.values())


def text_of(file: Path) -> str:
    """Read a file as it is, without touching its line ends; raises BadFile."""
    try:
        return file.read_bytes().decode()
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise BadFile(line, "It isn't UTF-8: save it in that encoding.") from error
    except OSError as error:
        raise BadFile(1, f"It can't be read: {error.strerror}.") from error


def _found(path: Path) -> Iterator[Path]:
    if path.is_dir():
        yield from (file for file in path.rglob("*.md") if file.is_file())
    elif path.exists():
        yield path
    else:
        raise NothingFound(f"{path}: no such file or folder.")
