"""Finds a Chromium to run: this machine's, or Debian's packages."""

import os
import shutil
import subprocess
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

from tests.harness.debian_packages import unpack_packages
from tests.harness.programs import getting
from tests.harness.servers_folder import kept_folder

INSTEAD = "put chromium on PATH instead"
# each of them would ask hosts that tests do not reach
QUIET = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
]


@dataclass(frozen=True)
class ChromiumProgram:
    """How to run one Chromium."""

    path: str
    environment: dict[str, str]


@cache
def find_chromium() -> ChromiumProgram:
    """The first Chromium that runs here; ServersUnavailable where none can be had."""
    with getting("chromium"):
        found = shutil.which("chromium")
        program = ChromiumProgram(found, {}) if found else _from_debian()
        command = [program.path, "--version"]
        environment = {**os.environ, **program.environment}
        subprocess.run(command, env=environment, check=True, capture_output=True)
    return program


def _from_debian() -> ChromiumProgram:
    root = kept_folder("chromium", partial(unpack_packages, "chromium", INSTEAD))
    libraries = sorted({str(path.parent) for path in Path(root, "usr/lib").rglob("*.so*")})
    path = str(root / "usr/lib/chromium/chromium")
    return ChromiumProgram(path, {"LD_LIBRARY_PATH": ":".join(libraries)})
