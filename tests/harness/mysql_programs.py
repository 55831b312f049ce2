"""Finds a MySQL server to run, or gets one: this machine's, Docker's, or Debian's packages."""

import os
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

from tests.harness.debian_packages import unpack_packages
from tests.harness.programs import getting, output_of
from tests.harness.servers_folder import ServersUnavailable, kept_folder

__all__ = ["MySQLProgram", "ServersUnavailable", "find_mysql"]

OLDEST = (8, 0, 23)
IMAGE = "mysql:8.4"
INSTEAD = "put a MySQL server >= 8.0.23 on PATH instead"
VERSION = re.compile(r"Ver ((\d+)\.(\d+)\.(\d+)\S*)")


@dataclass(frozen=True)
class MySQLProgram:
    """How to run one mysqld: what stands before its options, and the options it always needs."""

    origin: str
    version: str
    argv: tuple[str, ...]
    options: tuple[str, ...]

    def command(self, *options: str) -> list[str]:
        """The command line of a server with these options."""
        return [*self.argv, "--no-defaults", *self.options, *options]


@cache
def find_mysql() -> MySQLProgram:
    """The first MySQL that can be had here; ServersUnavailable where none can."""
    with getting("MySQL"):
        program = _on_this_machine() or _in_docker() or _from_debian()
    if program is None:
        raise ServersUnavailable("the MySQL that was got does not run: delete .servers, try again")
    return program


def _on_this_machine() -> MySQLProgram | None:
    mysqld = shutil.which("mysqld", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    return _program("this machine", (mysqld,)) if mysqld else None


def _in_docker() -> MySQLProgram | None:
    # Not tried where this was written, which has no Docker engine: hence no more than a command
    # line. With the host's processes in sight, mysqld's pid file names a pid we can signal.
    if not _docker_answers():
        return None
    print(f"MySQL: asking Docker for {IMAGE}", flush=True)
    temporary = tempfile.gettempdir()
    argv = f"docker run --rm --network host --pid host --user {os.getuid()}:{os.getgid()}".split()
    argv += ["--volume", f"{temporary}:{temporary}", "--entrypoint", "mysqld", IMAGE]
    return _program(f"Docker's {IMAGE}", tuple(argv))


def _docker_answers() -> bool:
    if not shutil.which("docker"):
        return False
    try:
        return output_of("docker", "info", timeout=5) is not None
    except subprocess.TimeoutExpired:
        return False


def _from_debian() -> MySQLProgram | None:
    root = kept_folder("mysql", partial(unpack_packages, "MySQL", INSTEAD))
    loader = next(root.glob("usr/lib*/ld-linux-*.so.*"))
    libraries = next(root.glob("usr/lib/*-linux-gnu*/libc.so.6")).parent
    return _program(
        "Debian's packages in .servers",
        (str(loader), "--library-path", _search_path(libraries), str(root / "usr/sbin/mysqld")),
        f"--basedir={root}/usr",
        f"--lc-messages-dir={root}/usr/share/mysql",
        f"--plugin-dir={root}/usr/lib/mysql/plugin",
    )


def _search_path(libraries: Path) -> str:
    return f"{libraries}:{libraries}/mysql/private"


def _program(origin: str, argv: tuple[str, ...], *options: str) -> MySQLProgram | None:
    banner = output_of(*argv, "--no-defaults", "--version") or ""
    version = VERSION.search(banner)
    if not version or "MariaDB" in banner or tuple(map(int, version.groups()[1:])) < OLDEST:
        return None
    always = ["--secure-file-priv=", "--mysqlx=OFF"]
    if os.geteuid() == 0:
        always.append("--user=root")
    return MySQLProgram(origin, version[1], argv, (*options, *always))
