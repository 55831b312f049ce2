"""A full disk: writes are refused with what to do, readiness says it, and it goes on with room."""

import os
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from httpx import Client, Response

from tests.harness.mysql import MySQLPair
from tests.support.api import PASSWORD
from tests.support.server import run_main, serving

DRAFT = {"title": "A title", "body": "Ink. " * 2000, "status": "draft"}


# one row more fits into what MySQL has taken already
OF_LOGIN = {"sqlite": (507,), "mysql": (200, 507)}


@contextmanager
def disk_of(mebibytes: int) -> Iterator[Path]:
    """A disk of its own; skips where none can be had."""
    # MySQL takes no long names for its socket
    folder = Path(tempfile.mkdtemp(prefix="disk-"))
    mount = ["mount", "-t", "tmpfs", "-o", f"size={mebibytes}m", "tmpfs", str(folder)]
    mounted = subprocess.run(mount, capture_output=True, text=True)
    if mounted.returncode:
        folder.rmdir()
        pytest.skip(f"not run for want of a disk of its own: {mounted.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
        folder.rmdir()


@dataclass(frozen=True)
class Database:
    """A database on a small disk."""

    disk: Path
    url: str


@pytest.fixture
def sqlite() -> Iterator[Database]:
    with disk_of(8) as disk:
        yield Database(disk, f"sqlite:///{disk}/blog.db")


@pytest.fixture
def mysql(
    new_mysql_pair: Callable[..., MySQLPair], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Database]:
    with disk_of(330) as disk:
        monkeypatch.setattr(tempfile, "tempdir", str(disk))
        pair = new_mysql_pair(replicas=0)
        yield Database(disk, pair.primary.url("blog"))
        pair.discard()


def fill(disk: Path) -> Path:
    """Take all the room there is; returns the file that has it."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file:
        for size in (1_048_576, 4096, 1):
            try:
                while True:
                    file.write(os.urandom(size))
            except OSError:
                continue
    return ballast


@pytest.mark.parametrize("kind", ["sqlite", "mysql"])
def test_a_full_disk_is_told_and_forgotten(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    database: Database = request.getfixturevalue(kind)
    options = {"DATABASE_URL": database.url, "JWT_SECRET": "a secret that is long enough for HS256"}
    run_main(tmp_path, "migrate", **options).check_returncode()
    with serving(tmp_path, **options) as server, Client(base_url=server.address) as client:
        account = {"username": "ann", "email": "ann@example.com", "password": PASSWORD}
        token = client.post("/api/v1/auth/register", json=account).json()["access_token"]

        def write() -> Response:
            by_ann = {"Authorization": f"Bearer {token}"}
            return client.post("/api/v1/posts", json=DRAFT, headers=by_ann)

        assert write().status_code == 201
        ballast = fill(database.disk)
        refused = [write() for _ in range(40)][-1]
        assert (refused.status_code, refused.json()["type"]) == (
            507,
            "urn:broadsheet:problem:storage-full",
        )
        assert refused.headers["Retry-After"]
        ready = client.get("/readyz")
        assert ready.status_code == 503
        assert any("disk" in note for note in ready.json()["notes"])
        login = client.post("/api/v1/auth/token", data={"username": "ann", "password": PASSWORD})
        assert login.status_code in OF_LOGIN[kind]
        assert client.get("/api/v1/posts").status_code == 200
        ballast.unlink()
        assert write().status_code == 201
        assert client.get("/readyz").status_code == 200
