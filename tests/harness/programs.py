"""What all programs that are looked for have in common."""

import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.harness.servers_folder import ServersUnavailable


@contextmanager
def getting(server: str) -> Iterator[None]:
    """Turns whatever prevents getting a server into ServersUnavailable."""
    try:
        yield
    except (OSError, subprocess.SubprocessError) as error:
        raise ServersUnavailable(f"{server} could not be got: {error}") from error


def output_of(
    *command: str, timeout: float | None = None, environment: Mapping[str, str] | None = None
) -> str | None:
    """The output of a command, or None where it fails."""
    finished = subprocess.run(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        timeout=timeout,
        env={**os.environ, **(environment or {})},
        check=False,
    )
    return finished.stdout.decode() if finished.returncode == 0 else None


def libraries_under(root: Path) -> dict[str, str]:
    """The environment with which the loader finds libraries of packages under this root."""
    return {"LD_LIBRARY_PATH": ":".join(map(str, root.glob("usr/lib/*-linux-gnu*")))}
