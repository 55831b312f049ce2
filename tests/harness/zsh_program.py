"""Finds a zsh to run: this machine's, or Debian's package."""

import shutil
import subprocess
from functools import cache, partial
from pathlib import Path

from tests.harness.debian_packages import unpack_packages
from tests.harness.programs import getting
from tests.harness.servers_folder import kept_folder

INSTEAD = "put zsh on PATH instead"


@cache
def find_zsh() -> Path:
    """The path of the first zsh that runs here; ServersUnavailable where none can be had."""
    with getting("zsh"):
        found = shutil.which("zsh")
        path = Path(found) if found else _from_debian()
        subprocess.run([path, "-f", "-c", "true"], check=True)
    return path


def _from_debian() -> Path:
    return kept_folder("zsh", partial(unpack_packages, "zsh", INSTEAD)) / "bin/zsh"
