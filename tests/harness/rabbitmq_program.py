"""Finds a RabbitMQ server to run: this machine's, or Debian's packages."""

import os
import re
import shutil
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.harness.debian_packages import unpack_packages
from tests.harness.programs import getting, libraries_under, output_of
from tests.harness.servers_folder import ServersUnavailable, kept_folder

INSTEAD = "put rabbitmq-server on PATH instead"
VERSION = re.compile(r"\d+\.\d+\.\d+")
# Debian's `erl` knows no other place than this one, and ignores the variable for it.
ERLANG = "ROOTDIR=/usr/lib/erlang\n"
ERLANG_ANYWHERE = 'ROOTDIR="${ERL_ROOTDIR:-/usr/lib/erlang}"\n'


@dataclass(frozen=True)
class RabbitMQProgram:
    """The folder of RabbitMQ's scripts, and what their environment needs."""

    origin: str
    version: str
    scripts: Path
    environment: dict[str, str]

    def script(self, name: str) -> str:
        """The path of one script."""
        return str(self.scripts / name)


@cache
def find_rabbitmq() -> RabbitMQProgram:
    """The first RabbitMQ that can be had here; ServersUnavailable where none can."""
    with getting("RabbitMQ"):
        program = _on_this_machine() or _from_debian()
    if program is None:
        raise ServersUnavailable(
            "the RabbitMQ that was got does not run: delete .servers, try again"
        )
    return program


def _on_this_machine() -> RabbitMQProgram | None:
    found = shutil.which("rabbitmq-server", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    # What Debian puts on PATH starts the script beside it as another user, in its own folders.
    return _program("this machine", Path(found).resolve().parent, {}) if found else None


def _from_debian() -> RabbitMQProgram | None:
    root = kept_folder("rabbitmq", _unpack)
    erlang = root / "usr/lib/erlang"
    environment = {
        "ERL_ROOTDIR": str(erlang),
        "PATH": f"{erlang}/bin:{os.environ.get('PATH', '')}",
        **libraries_under(root),
    }
    return _program("Debian's packages in .servers", root / "usr/lib/rabbitmq/bin", environment)


def _unpack(root: Path) -> None:
    unpack_packages("RabbitMQ", INSTEAD, root)
    for erl in root.glob("usr/lib/erlang/**/bin/erl"):
        erl.write_text(erl.read_text().replace(ERLANG, ERLANG_ANYWHERE))


def _program(origin: str, scripts: Path, environment: dict[str, str]) -> RabbitMQProgram | None:
    # `rabbitmqctl version` would leave a port mapper running, and a file in the home folder.
    version = VERSION.search(str((scripts / "rabbitmqctl").resolve()))
    runs = output_of("erl", "-noshell", "-eval", "halt().", environment=environment) is not None
    return RabbitMQProgram(origin, version[0], scripts, environment) if version and runs else None
