"""A full disk: writes are refused with what to do, readiness says it, and it goes on with room."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from httpx import Client, Response

from tests.support.api import PASSWORD
from tests.support.server import ENVIRONMENT, MAIN, serving

DRAFT = {"title": "A title", "body": "Ink. " * 2000, "status": "draft"}


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 8 MiB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(folder)]
    mounted = subprocess.run(mount, capture_output=True, text=True)
    if mounted.returncode:
        pytest.skip(f"not run for want of a disk of its own: {mounted.stderr.strip()}")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(disk: Path) -> Path:
    """Take all the room there is; gives the file that has it."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file:
        for size in (65_536, 512, 1):
            try:
                while True:
                    file.write(os.urandom(size))
            except OSError:
                continue
    return ballast


def test_a_full_disk_is_told_and_forgotten(disk: Path, tmp_path: Path) -> None:
    url = f"sqlite:///{disk}/blog.db"
    options = {"DATABASE_URL": url, "JWT_SECRET": "a secret that is long enough for HS256"}
    subprocess.run(
        [*MAIN, "migrate"], env=ENVIRONMENT | options, cwd=tmp_path, check=True, capture_output=True
    )
    with serving(tmp_path, **options) as server, Client(base_url=server.address) as client:
        account = {"username": "ann", "email": "ann@example.com", "password": PASSWORD}
        token = client.post("/api/v1/auth/register", json=account).json()["access_token"]

        def write() -> Response:
            by_ann = {"Authorization": f"Bearer {token}"}
            return client.post("/api/v1/posts", json=DRAFT, headers=by_ann)

        assert write().status_code == 201
        ballast = fill(disk)
        refused = [write() for _ in range(20)][-1]
        login = client.post("/api/v1/auth/token", data={"username": "ann", "password": PASSWORD})
        for answer in (refused, login):
            assert (answer.status_code, answer.json()["type"]) == (
                507,
                "urn:broadsheet:problem:storage-full",
            )
            assert answer.headers["Retry-After"]
        ready = client.get("/readyz")
        assert ready.status_code == 503
        assert any("disk" in note for note in ready.json()["notes"])
        assert client.get("/api/v1/posts").status_code == 200
        ballast.unlink()
        assert write().status_code == 201
        assert client.get("/readyz").status_code == 200
