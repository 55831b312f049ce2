"""Finds an nginx to run: this machine's, or Debian's package."""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from functools import cache, partial

from tests.harness.debian_packages import unpack_packages
from tests.harness.programs import getting, libraries_under
from tests.harness.servers_folder import ServersUnavailable, kept_folder

INSTEAD = "put nginx on PATH instead"
VERSION = re.compile(r"nginx/(\S+)")


@dataclass(frozen=True)
class NginxProgram:
    """How to run one nginx."""

    origin: str
    version: str
    path: str
    environment: dict[str, str]


@cache
def find_nginx() -> NginxProgram:
    """The first nginx that can be had here; ServersUnavailable where none can."""
    with getting("nginx"):
        program = _on_this_machine() or _from_debian()
    if program is None:
        raise ServersUnavailable("the nginx that was got does not run: delete .servers, try again")
    return program


def _on_this_machine() -> NginxProgram | None:
    found = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    return _program("this machine", found, {}) if found else None


def _from_debian() -> NginxProgram | None:
    root = kept_folder("nginx", partial(unpack_packages, "nginx", INSTEAD))
    path = str(root / "usr/sbin/nginx")
    return _program("Debian's packages in .servers", path, libraries_under(root))


def _program(origin: str, path: str, environment: dict[str, str]) -> NginxProgram | None:
    # It says its version on standard error.
    said = subprocess.run(
        [path, "-v"],
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    version = VERSION.search(said.stdout.decode())
    return NginxProgram(origin, version[1], path, environment) if version else None
