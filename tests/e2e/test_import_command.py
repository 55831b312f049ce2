"""`import`: what it says, which files it leaves out, and how it ends."""

import shutil
from pathlib import Path

import pytest

from tests.e2e.command_line import CommandLine
from tests.support.server import ROOT

CORPUS = ROOT / "tests" / "corpus"
BAD = ROOT / "tests" / "corpus_bad"
# of each bad file: the line that is named, and a word of the reason
FAULTS = {
    "alias-of-another.md": (5, "aliases: '/good/old/' is taken by"),
    "aliases-is-text.md": (5, "aliases: It must be a list"),
    "author-is-blank.md": (4, "authors: It can't be blank"),
    "authors-is-nobody.md": (4, "authors: It must be a list"),
    "authors-is-text.md": (4, "authors: It must be a list"),
    "blank-body.md": (5, "body: It is blank"),
    "broken-toml.md": (3, "The front matter is not TOML"),
    "day-zero.md": (2, "path: There is no day 0000/00/00"),
    "description-too-long.md": (5, "description: It may have at most 500"),
    "draft.md": (5, "draft: A draft is not imported"),
    "empty.md": (1, "The file is empty"),
    "extra-is-text.md": (5, "extra: It must be a table"),
    "no-authors.md": (1, "authors: It is missing"),
    "no-date.md": (2, "path: It has no date"),
    "no-front-matter.md": (1, "There is no front matter"),
    "no-path.md": (1, "path: It is missing"),
    "no-such-day.md": (2, "path: There is no day 2023/02/30"),
    "no-title.md": (1, "title: It is missing"),
    "not-utf-8.md": (7, "It isn't UTF-8"),
    "path-is-a-date.md": (2, "path: It must be text"),
    "release-is-text.md": (8, "release: It must be true or false"),
    "slug-is-an-id.md": (2, "path: It reads as an id"),
    "title-is-a-number.md": (3, "title: It must be text"),
    "title-is-blank.md": (3, "title: It can't be blank"),
    "title-too-long.md": (3, "title: It may have at most 200"),
    "twin.md": (2, "path: '/2020/01/01/a-good-one/' is taken by"),
    "unclosed.md": (1, "The front matter has no end"),
    "unfinished-toml.md": (3, "The front matter is not TOML"),
}


@pytest.fixture
def line(tmp_path: Path) -> CommandLine:
    return CommandLine(tmp_path)


def test_a_second_import_changes_nothing(line: CommandLine) -> None:
    assert line.said("import", CORPUS) == (0, "imported 14, already here 0, bad 0\n", "")
    before = line.dump()
    assert line.said("import", CORPUS) == (0, "imported 0, already here 14, bad 0\n", "")
    assert line.dump() == before


def test_a_file_named_twice_is_one_file(line: CommandLine) -> None:
    shutil.copytree(CORPUS / "inside", line.folder / "inside")
    again = line.folder / "inside" / "night-shift.md"
    said = line.said("import", "inside", "inside/../inside/night-shift.md", again)
    assert said == (0, "imported 1, already here 0, bad 0\n", "")


def test_bad_files_are_named_skipped_and_counted(line: CommandLine) -> None:
    code, out, err = line.said("import", BAD)
    assert (code, out) == (1, f"imported 1, already here 0, bad {len(FAULTS)}\n")
    said = {Path(line.split(":")[0]).name: line for line in err.splitlines()}
    assert said.keys() == FAULTS.keys()
    assert len(err.splitlines()) == len(FAULTS)
    for name, (number, reason) in FAULTS.items():
        assert said[name].startswith(f"{BAD / name}:{number}: {reason}")
    assert line.rows("SELECT slug FROM post") == [("a-good-one",)]


def test_nothing_to_import(line: CommandLine) -> None:
    assert line.said("import", ".") == (2, "", "No *.md file found there: nothing to import.\n")
    assert line.said("import", CORPUS, "x") == (2, "", "x: no such file or folder.\n")


def test_the_bar_is_for_terminals(line: CommandLine) -> None:
    assert "Importing" in line.on_terminal("import", CORPUS)
