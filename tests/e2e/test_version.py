"""The version: said in one place, and shown wherever somebody asks for it."""

import re
import subprocess
from pathlib import Path

from core.dependencies.container import Container
from core.version import VERSION
from interface.http.app import create_api
from tests.architecture.test_layers import LAYERS
from tests.e2e.command_line import CommandLine
from tests.support.server import ROOT


def test_the_command_line_says_it(tmp_path: Path) -> None:
    assert CommandLine(tmp_path).said("--version") == (0, f"{VERSION}\n", "")


def test_the_description_of_the_api_says_it(sqlite_container: Container) -> None:
    assert create_api(sqlite_container).openapi()["info"]["version"] == VERSION


def test_the_image_is_labelled_with_it() -> None:
    built = subprocess.run(
        ["make", "image", "ENGINE=echo"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert f"--build-arg VERSION={VERSION} " in built.stdout
    label = "^LABEL .*org.opencontainers.image.version=\\$VERSION$"
    assert re.search(label, (ROOT / "Dockerfile").read_text(), re.MULTILINE)


def test_the_changelog_tells_of_it() -> None:
    told = re.findall(r"^## \[(\d.*?)\]", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert told[0] == VERSION


def test_no_other_file_says_it() -> None:
    code = [path for layer in LAYERS for path in (ROOT / layer).rglob("*.py")]
    others = ("main.py", "pyproject.toml", "Dockerfile", "docker-compose.yml", "Makefile")
    files = (*code, *(ROOT / name for name in others))
    found = [path for path in files if VERSION in path.read_text()]
    assert found == [ROOT / "core" / "version.py"]
