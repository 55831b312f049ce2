"""The comparison of cached and uncached reads, against servers as people start them."""

import subprocess
import sys
from pathlib import Path

import httpx

from bench.compare.kinds import checked_kinds
from bench.compare.rounds import drive_by_python
from tests.harness.ports import free_port
from tests.support.server import ENVIRONMENT, ROOT, Server, serving

ACCOUNT = {"username": "ann", "email": "ann@example.com", "password": "hot off the press"}
POST = {"title": "Stop the presses", "body": "A misprint!", "status": "published"}
PATH = "/api/v1/posts?limit=20"


def written(server: Server) -> str:
    """Write a post; returns its author's access token."""
    with httpx.Client(base_url=f"{server.address}/api/v1") as client:
        token = client.post("/auth/register", json=ACCOUNT).raise_for_status().json()
        client.headers["Authorization"] = f"Bearer {token['access_token']}"
        client.post("/posts", json=POST).raise_for_status()
        return str(token["access_token"])


def compared(host: str, folder: Path, *options: str) -> tuple[int, str]:
    command = (sys.executable, "-m", "bench.compare", "--host", host, "--rounds", "1")
    done = subprocess.run(
        (*command, "--seconds", "1", "--results", str(folder), *options),
        cwd=ROOT,
        env=ENVIRONMENT | {"COLUMNS": "150"},
        capture_output=True,
        text=True,
    )
    return done.returncode, done.stdout + done.stderr


def test_it_compares_anonymous_and_authenticated_reads(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        code, said = compared(server.address, tmp_path / "plots", "--token", written(server))
    assert code == 0, said
    for kind in ("cached", "uncached"):
        for caller in ("anonymous", "authenticated"):
            assert f"{kind}, {caller}" in said
    plots = {path.name for path in (tmp_path / "plots").iterdir()}
    assert plots == {"throughput.png", "throughput.svg", "latency.png", "latency.svg"}


def test_it_refuses_what_it_can_not_compare(tmp_path: Path) -> None:
    with serving(tmp_path, CACHE_BYPASS="false") as server:
        written(server)
        code, said = compared(server.address, tmp_path)
        assert (code, "start the server with CACHE_BYPASS=true" in said) == (1, True)
        code, said = compared(server.address, tmp_path, "--path", "/api/v1/posts?limit=0")
        assert (code, "it answers 422" in said) == (1, True)
    nowhere = f"http://127.0.0.1:{free_port()}"
    code, said = compared(nowhere, tmp_path)
    assert (code, f"No Broadsheet answers at {nowhere}" in said) == (1, True)
    assert "Traceback" not in said


def test_python_alone_can_drive_it(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        written(server)
        [cached, _] = checked_kinds(server.address, PATH, "")
        driven = drive_by_python(server.address, cached, seconds=1)
    assert driven.requests > 100
    assert driven.latency["50"] <= driven.latency["95"] <= driven.latency["99"]
