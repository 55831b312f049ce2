"""Images and containers in a store of their own, by buildah: without an engine."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

from tests.harness.buildah_program import BuildahProgram

TRUST_ALL = {"default": [{"type": "insecureAcceptAnything"}]}
# where the network has certificates of its own, a build needs them too
CONTAINERS = """\
[containers]
volumes = ["/etc/ssl/certs:/etc/ssl/certs:ro"]
"""


class Images:
    """A store, and what is asked of it."""

    def __init__(self, program: BuildahProgram, folder: Path) -> None:
        self._program = program
        self._store = ("--root", str(folder / "root"), "--runroot", str(folder / "run"))
        configuration = folder / ".config/containers"
        configuration.mkdir(parents=True)
        (configuration / "policy.json").write_text(json.dumps(TRUST_ALL))
        (configuration / "containers.conf").write_text(CONTAINERS)
        # no image is asked for elsewhere
        (configuration / "registries.conf").write_text("unqualified-search-registries = []\n")
        self.environment = os.environ | {
            "HOME": str(folder),
            "CONTAINERS_CONF": str(configuration / "containers.conf"),
            "CONTAINERS_REGISTRIES_CONF": str(configuration / "registries.conf"),
            "STORAGE_DRIVER": "vfs",
            "BUILDAH_ISOLATION": "chroot",
            "BUILDAH_FORMAT": "docker",  # the other one has no health checks
        }

    def command(self, *arguments: str) -> list[str]:
        return [self._program.path, *self._store, *arguments]

    def ask(self, *arguments: str | Path) -> str:
        """Run buildah to its end; returns what it says."""
        command = self.command(*map(str, arguments))
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout.strip()

    def add_base(self, name: str) -> None:
        """Give Debian with Python a name that a Dockerfile builds on."""
        container = self.ask("from", "scratch")
        self.ask("add", container, self._program.base, "/")
        self.ask("commit", "--rm", container, name)

    def settings_of(self, name: str) -> dict[str, Any]:
        """What an image says of itself: its labels, its user, what it runs…"""
        found: dict[str, Any] = json.loads(self.ask("inspect", "--type=image", name))
        return dict(found["Docker"]["config"])

    def start(
        self, name: str, command: list[str], log: Path, environment: dict[str, str]
    ) -> "subprocess.Popen[bytes]":
        """Run a command in a new container of an image, as that image's user."""
        named = [f"--env={name}={value}" for name, value in environment.items()]
        run = self.command("run", *named, self.ask("from", name), "--", *command)
        with log.open("ab") as file:
            return subprocess.Popen(run, env=self.environment, stdout=file, stderr=file)
