"""`export`: what it writes, what it refuses, and that an import brings it back."""

import json
import shutil
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.e2e.command_here import CommandHere
from tests.e2e.command_line import CommandLine
from tests.e2e.test_import_command import CORPUS, line, said, sums
from tests.support.server import ROOT

__all__ = ["line"]
SITES = ROOT / "tests" / "sites"


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data of a blog of 14 posts, and of a tenant that has none."""
    line = CommandHere(tmp_path_factory.mktemp("full"))
    assert said(line, CORPUS) == (0, sums(14), "")
    assert line.said("tenants", "create", "Ada's blog")[0] == 0
    return line.folder / "data"


@pytest.fixture
def full(line: CommandLine, data: Path) -> CommandLine:
    """A blog with data of its own."""
    shutil.copytree(data, line.folder / "data")
    return line


def contents(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def test_an_export_comes_back(full: CommandLine) -> None:
    out, again, tenant = full.folder / "a" / "out", full.folder / "again", "Ada's blog"
    line = full
    said(line, SITES / "jekyll")
    assert line.said("export", out) == (0, "exported 19\n", "")
    assert len(contents(out)) == 19
    before = line.dump()
    assert said(line, out) == (0, sums(here=19), "")
    assert line.dump() == before
    assert said(line, out, "--tenant", tenant) == (0, sums(19, drafts=2), "")
    assert line.said("export", again, "--tenant", tenant) == (0, "exported 19\n", "")
    assert contents(again) == contents(out)


def test_an_export_runs_beside_a_server(full: CommandLine) -> None:
    with full.server() as address:
        assert CommandLine(full.folder).said("export", "out") == (0, "exported 14\n", "")
        with urlopen(f"{address}/api/v1/posts?limit=1", timeout=10) as answer:
            assert json.load(answer)["total"] == 14


def test_an_empty_blog_gives_an_empty_folder(full: CommandLine) -> None:
    (full.folder / "out").mkdir()
    assert full.said("export", "out", "--tenant", "Ada's blog") == (0, "exported 0\n", "")
    assert contents(full.folder / "out") == {}


def test_what_is_there_is_not_touched(full: CommandLine) -> None:
    (full.folder / "out").mkdir()
    (full.folder / "out" / "mine.txt").write_text("Mine.")
    refused = "out: It is no empty folder: name another.\n"
    assert full.said("export", "out") == (2, "", refused)
    assert contents(full.folder / "out") == {"mine.txt": b"Mine."}
    file = full.folder / "out" / "mine.txt"
    assert full.said("export", file) == (2, "", f"{file}: It is no empty folder: name another.\n")
    assert full.said("export", file / "x") == (1, "", f"{file / 'x'}: Not a directory.\n")


def test_a_tenant_that_is_not_there(full: CommandLine) -> None:
    said = full.said("export", "out", "--tenant", "Bob")
    assert said == (1, "", "There is no such tenant.\n")
    assert not (full.folder / "out").exists()


def test_the_bar_is_for_terminals(full: CommandLine) -> None:
    assert "Exporting" in full.on_terminal("export", "out")
