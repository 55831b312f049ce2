"""Finds a Prometheus to run, with promtool: this machine's, or Debian's package."""

import re
import shutil
import subprocess
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

from tests.harness.debian_packages import unpack_packages
from tests.harness.programs import getting
from tests.harness.servers_folder import ServersUnavailable, kept_folder

INSTEAD = "put prometheus and promtool on PATH instead"
VERSION = re.compile(r"prometheus, version (\S+)")


@dataclass(frozen=True)
class PrometheusProgram:
    """How to run one Prometheus, and the promtool beside it."""

    origin: str
    version: str
    path: str

    @property
    def promtool(self) -> str:
        return str(Path(self.path).with_name("promtool"))


@cache
def find_prometheus() -> PrometheusProgram:
    """The first Prometheus that can be had here; ServersUnavailable where none can."""
    with getting("Prometheus"):
        program = _on_this_machine() or _from_debian()
    if program is None:
        raise ServersUnavailable(
            "the Prometheus that was got does not run: delete .servers, try again"
        )
    return program


def _on_this_machine() -> PrometheusProgram | None:
    found = shutil.which("prometheus")
    return _program("this machine", found) if found else None


def _from_debian() -> PrometheusProgram | None:
    root = kept_folder("prometheus", partial(unpack_packages, "Prometheus", INSTEAD))
    return _program("Debian's packages in .servers", str(root / "usr/bin/prometheus"))


def _program(origin: str, path: str) -> PrometheusProgram | None:
    said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False)
    # older versions say it on standard error
    version = VERSION.search(said.stdout + said.stderr)
    return PrometheusProgram(origin, version[1], path) if version else None
