"""Programs from Debian's unstable suite, unpacked into a folder: nothing is installed, no root."""

import os
import platform
import subprocess
import tempfile
from pathlib import Path

from tests.harness.debian_sources import debian_archives
from tests.harness.servers_folder import ServersUnavailable, kept_folder

APT_FOLDER = Path("/etc/apt")
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
PACKAGE_LIST = Path(__file__).with_name("debian_packages.txt")
INSTEAD = "put a MySQL server >= 8.0.23 on PATH instead"


def unpacked_mysql() -> Path:
    """The root under which MySQL and every library it needs lie unpacked."""
    return kept_folder("mysql", _unpack_packages)


def _unpack_packages(root: Path) -> None:
    archives = _archives_of_this_machine()
    with tempfile.TemporaryDirectory(prefix="broadsheet-apt-") as folder:
        packages = _download(Path(folder), archives)
        print(f"MySQL: unpacking {len(packages)} packages", flush=True)
        for package in packages:
            subprocess.run(["dpkg", "-x", package, root], check=True)


def _archives_of_this_machine() -> list[str]:
    release = _os_release()
    if release.get("ID") != "debian" or not KEYRING.exists():
        raise ServersUnavailable(f"no MySQL, no Docker, and this is not Debian: {INSTEAD}")
    archives = debian_archives(APT_FOLDER, release.get("VERSION_CODENAME", ""))
    if not archives:
        raise ServersUnavailable(f"apt's sources name no Debian archive: {INSTEAD}")
    return archives


def _os_release() -> dict[str, str]:
    try:
        return platform.freedesktop_os_release()
    except OSError:
        return {}


def _download(folder: Path, archives: list[str]) -> list[Path]:
    # As root, apt fetches as a user of its own, which has to reach this folder.
    folder.chmod(0o755)
    _write_apt_configuration(folder, archives)
    print("MySQL: fetching its packages from Debian's unstable suite, once", flush=True)
    # One archive of several may have no unstable suite, which apt calls a failure: see what came.
    _apt_get(folder, "update")
    if not any((folder / "lists").glob("*_Packages*")):
        raise ServersUnavailable(f"Debian's archive does not answer: go online, or {INSTEAD}")
    installed = _apt_get(folder, "--yes", "--download-only", "install", *_package_names())
    if installed.returncode:
        raise ServersUnavailable(_reason(installed.stderr))
    return sorted((folder / "cache" / "archives").glob("*.deb"))


def _write_apt_configuration(folder: Path, archives: list[str]) -> None:
    for name in ("lists/partial", "cache/archives/partial", "log"):
        (folder / name).mkdir(parents=True)
    (folder / "status").touch()
    lines = [f"deb [signed-by={KEYRING}] {uri} sid main\n" for uri in archives]
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


def _package_names() -> list[str]:
    lines = PACKAGE_LIST.read_text().splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def _reason(apt_errors: str) -> str:
    errors = [line for line in apt_errors.splitlines() if line.startswith("E:")]
    said = " ".join(errors) or "apt-get failed and said nothing"
    return f"Debian's unstable suite gave no MySQL ({said}): see {PACKAGE_LIST.name}, or {INSTEAD}"
