"""Programs from Debian's packages, unpacked into a folder: nothing is installed, no root."""

import os
import platform
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tests.harness.debian_sources import debian_archives
from tests.harness.servers_folder import ServersUnavailable

APT_FOLDER = Path("/etc/apt")
INSTALLED = Path("/var/lib/dpkg/status")
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
PACKAGE_LIST = Path(__file__).with_name("debian_packages.txt")
OWN_SUITE = "own"


@dataclass(frozen=True)
class Wanted:
    """The packages that bring a server, and what to do where they can't be had."""

    server: str
    suite: str
    packages: list[str]
    instead: str


def unpack_packages(server: str, instead: str, root: Path) -> None:
    """Unpacks a server into a folder; ServersUnavailable, ending in `instead`, where it can't."""
    wanted = _wanted(server, instead)
    archives = archives_of_this_machine(instead)
    with tempfile.TemporaryDirectory(prefix="broadsheet-apt-") as folder:
        packages = _download(Path(folder), archives, wanted)
        print(f"{server}: unpacking {len(packages)} packages", flush=True)
        for package in packages:
            subprocess.run(["dpkg", "-x", package, root], check=True)


def _wanted(server: str, instead: str) -> Wanted:
    lines = PACKAGE_LIST.read_text().splitlines()
    [(suite, *packages)] = [rest for name, *rest in map(str.split, lines) if name == server]
    return Wanted(server, suite, packages, instead)


def archives_of_this_machine(instead: str) -> list[str]:
    """The addresses of Debian's archive here; ServersUnavailable, ending in `instead`, without."""
    if _os_release().get("ID") != "debian" or not KEYRING.exists():
        raise ServersUnavailable(f"none found, and this is not Debian: {instead}")
    archives = debian_archives(APT_FOLDER, _codename())
    if not archives:
        raise ServersUnavailable(f"apt's sources name no Debian archive: {instead}")
    return archives


def _os_release() -> dict[str, str]:
    try:
        return platform.freedesktop_os_release()
    except OSError:
        return {}


def _codename() -> str:
    return _os_release().get("VERSION_CODENAME", "")


def _download(folder: Path, archives: list[str], wanted: Wanted) -> list[Path]:
    # As root, apt fetches as a user of its own, which has to reach this folder.
    folder.chmod(0o755)
    _write_apt_configuration(folder, archives, wanted.suite)
    print(f"{wanted.server}: fetching its packages from Debian, once", flush=True)
    # One archive of several may lack the suite, which apt calls a failure: see what came.
    _apt_get(folder, "update")
    if not any((folder / "lists").glob("*_Packages*")):
        raise ServersUnavailable(
            f"Debian's archive does not answer: go online, or {wanted.instead}"
        )
    installed = _apt_get(folder, "--yes", "--download-only", "install", *wanted.packages)
    if installed.returncode:
        raise ServersUnavailable(_reason(installed.stderr, wanted))
    return sorted((folder / "cache" / "archives").glob("*.deb"))


def _write_apt_configuration(folder: Path, archives: list[str], suite: str) -> None:
    for name in ("lists/partial", "cache/archives/partial", "log"):
        (folder / name).mkdir(parents=True)
    if suite == OWN_SUITE:
        # A copy, as apt would lock the original, for which it has to be root.
        shutil.copy(INSTALLED, folder / "status")
        suite = _codename()
    else:
        # Nothing that is installed here fits another suite, down to the C library.
        (folder / "status").touch()
    lines = [f"deb [signed-by={KEYRING}] {uri} {suite} main\n" for uri in archives]
    (folder / "sources.list").write_text("".join(lines))


def _apt_get(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    settings = {
        "Dir::Etc::SourceList": folder / "sources.list",
        "Dir::Etc::SourceParts": "/dev/null",
        # The machine's own pins may forbid unstable.
        "Dir::Etc::Preferences": "/dev/null",
        "Dir::Etc::PreferencesParts": "/dev/null",
        "Dir::State": folder,
        "Dir::State::Lists": folder / "lists",
        "Dir::State::status": folder / "status",
        "Dir::Cache": folder / "cache",
        "Dir::Log": folder / "log",
        "APT::Install-Recommends": "false",
        "Acquire::http::Timeout": "20",
        "Acquire::https::Timeout": "20",
    }
    options = [part for name, value in settings.items() for part in ("-o", f"{name}={value}")]
    environment = {**os.environ, "LC_ALL": "C"}
    command = ["apt-get", *options, *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def _reason(apt_errors: str, wanted: Wanted) -> str:
    errors = [line for line in apt_errors.splitlines() if line.startswith("E:")]
    said = " ".join(errors) or "apt-get failed and said nothing"
    return f"Debian gave none ({said}): see {PACKAGE_LIST.name}, or {wanted.instead}"
