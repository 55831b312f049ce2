"""The folder of this project, ignored by git, that keeps servers from one run to the next."""

import fcntl
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

SERVERS = Path(__file__).resolve().parents[2] / ".servers"


class ServersUnavailable(Exception):
    """No server can be had on this machine: one line that says why, and what to do."""


def kept_folder(name: str, fill: Callable[[Path], None]) -> Path:
    """The folder of that name, filled if it is not there yet."""
    folder = SERVERS / name
    if not folder.exists():
        _make_servers_folder()
        with _one_process_at_a_time():
            if not folder.exists():
                _fill_then_rename(folder, fill)
    return folder


def _make_servers_folder() -> None:
    SERVERS.mkdir(exist_ok=True)
    (SERVERS / ".gitignore").write_text("*\n")


@contextmanager
def _one_process_at_a_time() -> Iterator[None]:
    with (SERVERS / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _fill_then_rename(folder: Path, fill: Callable[[Path], None]) -> None:
    # What an interrupted attempt left is under this name, so it is never taken for the real one.
    unfinished = folder.with_name(f"{folder.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir()
    fill(unfinished)
    unfinished.rename(folder)
