"""The README's tour, run as it is printed."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.test_server import on_mysql
from tests.support.server import ENVIRONMENT, ROOT, serving

__all__ = ["on_mysql"]
README = (ROOT / "README.md").read_text()


def tour(address: str) -> str:
    """The commands of the README, for a server at another address."""
    blocks: list[str] = re.findall(r"```bash\n(.*?)```", README, re.DOTALL)
    [commands] = blocks
    here = commands.replace("http://127.0.0.1:8000", address)
    return here.replace(".venv/bin/python", sys.executable)


def take_tour(folder: Path, address: str, settings: dict[str, str]) -> str:
    """Run the tour in a folder that looks like the project's, but for the data."""
    for name in ("main.py", "tests"):
        (folder / name).symlink_to(ROOT / name)
    done = subprocess.run(
        ["bash", "-eu", "-c", tour(address)],
        cwd=folder,
        env=ENVIRONMENT | settings,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("database", ["sqlite", "mysql"])
def test_the_tour_works_as_printed(
    tmp_path: Path, database: str, request: pytest.FixtureRequest
) -> None:
    settings = request.getfixturevalue("on_mysql") if database == "mysql" else {}
    with serving(tmp_path, **settings) as server:
        said = take_tour(tmp_path, server.address, settings)
    for part in (
        '"username":"ann"',
        "HTTP/1.1 201 Created",
        "consistency-token: ",
        'etag: "1-',
        '"version":2',
        '"status": 412',
        "imported 14, already here 0, bad 0",
        'rel="next"',
        '"tags":["news"]',
        '"number":1',
        '{"favorites_count":1,"favorited":true}',
        '{"name":"news","posts_count":',
        "HTTP/1.1 301 Moved Permanently",
        '"role":"editor"',
        "exported 15",
    ):
        assert part in said


def test_every_target_that_the_readme_names_is_there() -> None:
    named = set(re.findall(r"make ([a-z-]+)", README)) - {"says"}
    listed = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert named <= {line.split()[0] for line in listed.splitlines()}


def test_every_file_that_the_readme_names_is_there() -> None:
    named = re.findall(r"`((?:domain|application|infra|core|interface|docs)/[^`]*)`", README)
    assert named
    assert [name for name in named if not (ROOT / name).exists()] == []
