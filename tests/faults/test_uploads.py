"""Uploads to a server of its own: what they take of its memory, and what a kill leaves of them."""

import os
import re
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from httpx import Client

from core.dependencies.container import Container
from tests.conftest import api_with
from tests.faults.test_full_disk import disk_of, fill
from tests.harness.waiting import wait_until
from tests.support.api import PASSWORD
from tests.support.pictures import form, picture
from tests.support.profile import IS_FULL
from tests.support.server import serving

AT_ONCE = 8
GROWTH_KIB = 30 * 1024


def large() -> bytes:
    """A PNG of nearly 10 MiB, unlike any other: most of it follows its end."""
    return picture() + os.urandom(10_400_000)


@contextmanager
def signed_in(address: str) -> Iterator[Client]:
    """A client of somebody with an account, who may have it already."""
    with Client(base_url=address, timeout=60) as client:
        account = {"username": "ann", "email": "ann@example.com", "password": PASSWORD}
        client.post("/api/v1/auth/register", json=account)
        login = client.post("/api/v1/auth/token", data=account)
        client.headers["Authorization"] = f"Bearer {login.json()['access_token']}"
        yield client


def sent(client: Client, content: bytes) -> dict[str, Any]:
    answer = client.post("/api/v1/media", files=form(content))
    made: dict[str, Any] = answer.raise_for_status().json()
    return made


def states(client: Client) -> list[str]:
    return [each["state"] for each in client.get("/api/v1/media").json()["items"]]


def peak_kib(pid: int) -> int:
    told = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
    assert told
    return int(told[1])


def test_large_uploads_at_once_take_little_memory(tmp_path: Path) -> None:
    pictures = [large() for _ in range(AT_ONCE)]
    with serving(tmp_path) as server, signed_in(server.address) as client:
        sent(client, picture())  # what the first one loads stays
        wait_until(lambda: states(client) == ["ready"], "the first one is ready", 180)
        Path(f"/proc/{server.process.pid}/clear_refs").write_text("5")  # forgets the peak
        before = peak_kib(server.process.pid)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(lambda content: sent(client, content), pictures))
        assert peak_kib(server.process.pid) - before < GROWTH_KIB


if IS_FULL:  # each takes a lease: the steps of the job are in tests/unit/test_picture_jobs.py

    @pytest.mark.parametrize("step", range(10))
    def test_a_killed_server_leaves_no_half_picture(tmp_path: Path, step: int) -> None:
        with serving(tmp_path) as server, signed_in(server.address) as client:
            made = sent(client, large())
            time.sleep(step / 20)  # wherever it is then
            server.process.kill()
        with serving(tmp_path) as server, signed_in(server.address) as client:
            wait_until(lambda: states(client) == ["ready"], "it is ready", 180)
            assert client.get(made["url"]).status_code == 200


async def test_a_full_disk_for_uploads_is_told(
    sqlite_container: Container, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = large()
    with disk_of(1) as disk:
        fill(disk)
        monkeypatch.setattr(tempfile, "tempdir", str(disk))
        async with api_with(sqlite_container) as api:
            ann = await api.person()
            answer = await api.post("/media", ann, files=form(content))
            assert answer.status_code == 507
            assert "disk for uploads is full" in answer.json()["detail"]
            assert (await api.get("/media", ann)).json()["total"] == 0
