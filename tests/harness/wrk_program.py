"""Finds wrk, which asks as fast as it is answered: this machine's, or Debian's package."""

import shutil
from dataclasses import dataclass
from functools import cache, partial

from tests.harness.debian_packages import unpack_packages
from tests.harness.programs import getting, libraries_under
from tests.harness.servers_folder import kept_folder

_INSTEAD = "put wrk on PATH instead"


@dataclass(frozen=True)
class WrkProgram:
    """How to run wrk."""

    path: str
    environment: dict[str, str]


@cache
def find_wrk() -> WrkProgram:
    """The first wrk that can be had here; ServersUnavailable where none can."""
    if found := shutil.which("wrk"):
        return WrkProgram(found, {})
    with getting("wrk"):
        root = kept_folder("wrk", partial(unpack_packages, "wrk", _INSTEAD))
    return WrkProgram(str(root / "usr/bin/wrk"), libraries_under(root))
