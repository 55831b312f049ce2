"""Finds buildah, which builds and runs images without an engine, and makes a base for them."""

import os
import shutil
import subprocess
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

from tests.harness.debian_packages import archives_of_this_machine, unpack_packages
from tests.harness.programs import getting
from tests.harness.servers_folder import ServersUnavailable, kept_folder

INSTEAD = "put buildah and debootstrap on PATH instead"
SUITE = "bookworm"  # that of the base which the Dockerfile names


@dataclass(frozen=True)
class BuildahProgram:
    """How to run buildah, and an archive of a Debian that has Python."""

    path: str
    base: Path


@cache
def find_buildah() -> BuildahProgram:
    """The first buildah that can be had here; ServersUnavailable where none can."""
    if os.geteuid() != 0:
        raise ServersUnavailable("without an engine only root may build images: run it as root")
    with getting("buildah"):
        base = kept_folder("base-image", partial(_make_base, *_debootstrap()))
        return BuildahProgram(shutil.which("buildah") or _from_debian(), base / "base.tar")


def _from_debian() -> str:
    packages = kept_folder("buildah-packages", partial(unpack_packages, "buildah", INSTEAD))
    return str(kept_folder("buildah", partial(_tell_of_libraries, packages)) / "buildah")


def _tell_of_libraries(packages: Path, folder: Path) -> None:
    # it starts itself anew with an empty environment, so no variable can name them
    libraries = ":".join(map(str, packages.glob("usr/lib/*-linux-gnu*")))
    options = ("--force-rpath", "--set-rpath", libraries, "--output", folder / "buildah")
    programs = packages / "usr/bin"
    subprocess.run([programs / "patchelf", *options, programs / "buildah"], check=True)


def _debootstrap() -> tuple[str, dict[str, str]]:
    if found := shutil.which("debootstrap"):
        return found, {}
    root = kept_folder("debootstrap", partial(unpack_packages, "debootstrap", INSTEAD))
    return str(root / "usr/sbin/debootstrap"), {
        "DEBOOTSTRAP_DIR": str(root / "usr/share/debootstrap")
    }


def _make_base(debootstrap: str, environment: dict[str, str], folder: Path) -> None:
    """Fill an archive with what stands in for the image of Python's that the Dockerfile names."""
    print("base image: making it from Debian's packages, once", flush=True)
    root, [archive, *_] = folder / "root", archives_of_this_machine(INSTEAD)
    options = ("--variant=minbase", "--include=python3-venv", SUITE)
    command = [debootstrap, *options, str(root), archive]
    subprocess.run(command, env=os.environ | environment, check=True, capture_output=True)
    (root / "usr/bin/python").symlink_to("python3")
    downloads = ("--exclude=./var/cache", "--exclude=./var/lib/apt")
    subprocess.run(["tar", "-C", root, *downloads, "-cf", folder / "base.tar", "."], check=True)
    shutil.rmtree(root)
