"""Finds a Redis server to run: this machine's, or Debian's package."""

import re
import shutil
from dataclasses import dataclass
from functools import cache, partial

from tests.harness.debian_packages import unpack_packages
from tests.harness.programs import getting, libraries_under, output_of
from tests.harness.servers_folder import ServersUnavailable, kept_folder

INSTEAD = "put redis-server on PATH instead"
VERSION = re.compile(r"v=(\S+)")


@dataclass(frozen=True)
class RedisProgram:
    """How to run one redis-server."""

    origin: str
    version: str
    path: str
    environment: dict[str, str]


@cache
def find_redis() -> RedisProgram:
    """The first Redis that can be had here; ServersUnavailable where none can."""
    with getting("Redis"):
        program = _on_this_machine() or _from_debian()
    if program is None:
        raise ServersUnavailable("the Redis that was got does not run: delete .servers, try again")
    return program


def _on_this_machine() -> RedisProgram | None:
    found = shutil.which("redis-server")
    return _program("this machine", found, {}) if found else None


def _from_debian() -> RedisProgram | None:
    root = kept_folder("redis", partial(unpack_packages, "Redis", INSTEAD))
    path = str(root / "usr/bin/redis-server")
    return _program("Debian's packages in .servers", path, libraries_under(root))


def _program(origin: str, path: str, environment: dict[str, str]) -> RedisProgram | None:
    banner = output_of(path, "--version", environment=environment) or ""
    version = VERSION.search(banner)
    return RedisProgram(origin, version[1], path, environment) if version else None
