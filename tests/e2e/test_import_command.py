"""`import`: what it says, which files it leaves out, and how it ends."""

import re
import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Self
from uuid import UUID

import pytest
from typer import Exit

from application.importing.commands import ImportedPost, Outcome
from application.unit_of_work import Retryable
from interface.cli import running
from interface.cli.importing import importer, patience
from interface.cli.importing.command import import_posts
from tests.e2e.command_here import CommandHere
from tests.e2e.command_line import CommandLine
from tests.support.server import ROOT

CORPUS = ROOT / "tests" / "corpus"
BAD = ROOT / "tests" / "corpus_bad"
# of each bad file: the line that is named, and a word of the reason
FAULTS = {
    "alias-of-another.md": (5, "aliases: '/good/old/' is taken by"),
    "author-is-blank.md": (4, "authors: It can't be blank"),
    "authors-is-nobody.md": (4, "authors: It must be a list"),
    "blank-body.md": (5, "body: It is blank"),
    "broken-toml.md": (3, "The front matter is not TOML"),
    "day-zero.md": (2, "path: There is no day 0000/00/00"),
    "description-too-long.md": (5, "description: It may have at most 500"),
    "draft-is-text.md": (5, "draft: It must be true or false"),
    "empty.md": (1, "The file is empty"),
    "extra-is-text.md": (5, "extra: It must be a table"),
    "no-authors.md": (1, "authors: It is missing"),
    "no-date.md": (2, "path: It has no date"),
    "no-front-matter.md": (1, "There is no front matter"),
    "no-path.md": (1, "date: It is missing"),
    "no-such-day.md": (2, "path: There is no day 2023/02/30"),
    "no-title.md": (1, "title: It is missing"),
    "not-utf-8.md": (7, "It isn't UTF-8"),
    "path-is-a-date.md": (2, "path: It must be text"),
    "release-is-text.md": (8, "release: It must be true or false"),
    "slug-is-an-id.md": (2, "path: It reads as an id"),
    "title-is-a-list.md": (3, "title: It must be text"),
    "title-is-blank.md": (3, "title: It is blank"),
    "title-too-long.md": (3, "title: It may have at most 200"),
    "twin.md": (2, "path: '/2020/01/01/a-good-one/' is taken by"),
    "unclosed.md": (1, "The front matter has no end"),
    "unfinished-toml.md": (3, "The front matter is not TOML"),
    "yaml-alias.md": (4, "The front matter is not YAML: an alias"),
    "yaml-day-zero.md": (4, "date: There is no day 0000-00-00"),
    "yaml-twice.md": (4, "The front matter is not YAML: 'title' is there twice"),
}


SECONDS = re.compile(r"[0-9.]+ seconds\)\n$")


def said(line: CommandLine, *arguments: str | Path) -> tuple[int, str, str]:
    """What an import says, however long it took."""
    code, out, err = line.said("import", *arguments)
    return code, SECONDS.sub("… seconds)\n", out), err


def sums(imported: int = 0, here: int = 0, bad: int = 0, drafts: int = 0) -> str:
    """What an import says at its end."""
    kinds = f"{imported - drafts} published, {drafts} draft, 0 archived"
    return f"imported {imported}, already here {here}, bad {bad} ({kinds}; … seconds)\n"


@pytest.fixture
def line(tmp_path: Path) -> CommandLine:
    return CommandHere(tmp_path)


def test_a_second_import_changes_nothing(line: CommandLine) -> None:
    assert said(line, CORPUS) == (0, sums(14), "")
    before = line.dump()
    assert said(line, CORPUS) == (0, sums(here=14), "")
    assert line.dump() == before


def test_a_file_named_twice_is_one_file(line: CommandLine) -> None:
    shutil.copytree(CORPUS / "inside", line.folder / "inside")
    again = line.folder / "inside" / "night-shift.md"
    assert said(line, "inside", "inside/../inside/night-shift.md", again) == (0, sums(1), "")


def test_bad_files_are_named_skipped_and_counted(line: CommandLine) -> None:
    code, out, err = said(line, BAD)
    assert (code, out) == (1, sums(1, bad=len(FAULTS)))
    named = {Path(line.split(":")[0]).name: line for line in err.splitlines()}
    assert named.keys() == FAULTS.keys()
    assert len(err.splitlines()) == len(FAULTS)
    for name, (number, reason) in FAULTS.items():
        assert named[name].startswith(f"{BAD / name}:{number}: {reason}")
    assert line.rows("SELECT slug FROM post") == [("a-good-one",)]


def test_into_a_tenant(line: CommandLine) -> None:
    line.said("tenants", "create", "Ada's blog")
    tenant = ("--tenant", "Ada's blog")
    for expected in (sums(14), sums(here=14)):
        assert said(line, CORPUS, *tenant) == (0, expected, "")
    assert said(line, CORPUS)[1] == sums(14)
    rows = line.rows("SELECT name, count(*) FROM post JOIN tenant ON tenant.id = tenant GROUP BY 1")
    assert rows == [("Ada's blog", 14), ("default", 14)]
    assert line.said("import", CORPUS, "--tenant", "Bob") == (1, "", "There is no such tenant.\n")


def test_nothing_to_import(line: CommandLine) -> None:
    assert line.said("import", ".") == (2, "", "No *.md file found there: nothing to import.\n")
    assert line.said("import", CORPUS, "x") == (2, "", "x: no such file or folder.\n")


def test_the_bar_is_for_terminals(line: CommandLine) -> None:
    assert "Importing" in line.on_terminal("import", CORPUS)


class Contended:
    """A container on a database where another writer is in the way of batches: those with an x."""

    def __init__(self, batches: str) -> None:
        self._batches = iter(batches)

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[Self]:
        yield self

    def scope(self, _tenant: UUID) -> Self:
        return self

    def __getitem__(self, _service: type[object]) -> Self:
        return self

    async def import_posts(self, posts: Sequence[ImportedPost]) -> list[Outcome]:
        if next(self._batches) == "x":
            raise Retryable("The transaction conflicted with another one.")
        return [Outcome.IMPORTED] * len(posts)


@pytest.mark.parametrize(
    ("batches", "imported", "reason"),
    [("xx-xxx-", 14, ""), ("-xxxx", 10, "The transaction conflicted with another one.\n")],
)
def test_another_writer_is_waited_for_and_what_is_in_is_told(
    batches: str,
    imported: int,
    reason: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(running, "build_container", lambda: Contended(batches))
    monkeypatch.setattr(importer, "BATCH", 10)
    monkeypatch.setattr(patience, "PAUSES_SECONDS", (0, 0, 0))
    code = 0
    try:
        import_posts([CORPUS])
    except Exit as end:
        code = end.exit_code
    out, err = capsys.readouterr()
    assert (SECONDS.sub("… seconds)\n", out), err) == (sums(imported), reason)
    assert code == (1 if reason else 0)
