"""`import` from what generators and people make: sites, archives, and runs that were killed."""

import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.e2e.command_line import CommandLine
from tests.e2e.test_import_command import SECONDS, line, said, sums
from tests.harness.waiting import wait_until
from tests.support.server import ENVIRONMENT, MAIN, ROOT

__all__ = ["line"]
SITES = ROOT / "tests" / "sites"
MANY = 600
OTHERS_ALIAS = "SELECT address FROM address WHERE kind = 'alias' ORDER BY 1"


@pytest.mark.parametrize(("site", "posts", "drafts"), [("jekyll", 5, 2), ("hugo", 3, 1)])
def test_a_site_from_a_folder_and_from_an_archive(
    line: CommandLine, site: str, posts: int, drafts: int
) -> None:
    archive = shutil.make_archive(str(line.folder / "blog"), "zip", SITES, site)
    before = set(line.folder.iterdir())
    assert said(line, archive) == (0, sums(posts, drafts=drafts), "")
    assert {path.name for path in set(line.folder.iterdir()) - before} == {"data"}
    assert said(line, SITES / site) == (0, sums(here=posts), "")
    assert said(line, SITES / site, archive)[1] == sums(here=posts, bad=posts)
    rows = line.rows("SELECT count(*), sum(published_at IS NULL) FROM post GROUP BY status")
    assert rows == [(drafts, drafts), (posts - drafts, 0)]


def test_sources_are_mixed(line: CommandLine) -> None:
    one, two = (
        shutil.make_archive(str(line.folder / name), "zip", SITES / name)
        for name in ("hugo", "zola")
    )
    assert said(line, one, SITES / "jekyll", two) == (0, sums(10, drafts=3), "")
    aliases = ["/lamps.html", "/no-news-is-good-news", "/old/wheel.html", "/wheel"]
    assert [address for [address] in line.rows(OTHERS_ALIAS)] == aliases


def test_a_bad_archive_is_one_line_and_the_rest_goes_in(line: CommandLine) -> None:
    (line.folder / "bad.zip").write_bytes(b"PK")
    reason = "bad.zip: It is no zip archive, or a broken one: pack it anew.\n"
    assert said(line, "bad.zip", SITES / "zola") == (1, sums(2, bad=1), reason)


def test_posts_that_name_no_author_get_the_one_that_is_told(line: CommandLine) -> None:
    (line.folder / "x.md").write_text("---\ntitle: T\ndate: 2020-01-31\n---\nBody.\n")
    reason = "x.md:1: authors: It is missing: add it to the front matter, or say --author NAME.\n"
    assert said(line, "x.md") == (1, sums(bad=1), reason)
    assert said(line, "x.md", "--author", "Ada Quoin") == (0, sums(1), "")
    assert line.rows("SELECT username, display_name FROM user") == [("ada-quoin", "Ada Quoin")]


def test_a_dry_run_says_what_an_import_does_and_changes_nothing(line: CommandLine) -> None:
    files = [line.folder / f"{name}.md" for name in "abc"]
    for file in files:
        aliases = '["b"]' if file.stem == "c" else "[]"
        front = f'title = "T"\ndate = 2020-01-31\nauthor = "A"\naliases = {aliases}'
        file.write_text(f"+++\n{front}\n+++\nBody.\n")
    assert said(line, *files[:2]) == (0, sums(2), "")
    (line.folder / "d.md").write_text("No post.\n")
    before = line.dump()
    (line.folder / "b.md").unlink()
    code, out, err = said(line, ".", SITES / "zola", "--dry-run")
    assert (code, line.dump()) == (1, before)
    assert sorted(text.partition(":")[0] for text in err.splitlines()) == ["c.md", "d.md"]
    assert "c.md:5: aliases: Another post has it: choose another." in err
    assert out.splitlines()[:-1] == [
        f"would be imported: {SITES}/zola/content/press/2023-07-08-Night_work.md",
        f"would be imported: {SITES}/zola/content/press/lamps.md",
        "already here: a.md",
    ]
    assert out.splitlines()[-1] == f"would be {sums(2, 1, 2)}".strip()
    assert said(line, ".", SITES / "zola") == (1, sums(2, 1, 2), err)


@contextmanager
def importing(line: CommandLine, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    command = [*MAIN, "import", *arguments]
    process = subprocess.Popen(command, cwd=line.folder, env=ENVIRONMENT, stdout=subprocess.PIPE)
    with process:
        try:
            yield process
        finally:
            process.kill()


def given_many_posts(line: CommandLine) -> None:
    posts = line.folder / "posts"
    posts.mkdir()
    for number in range(MANY):
        front = f'path = "2020/01/31/{number}"\ntitle = "T"\nauthors = ["A {number % 7}"]'
        (posts / f"{number}.md").write_text(f"+++\n{front}\n+++\nBody.\n")
    line.said("migrate")


def test_one_that_is_told_to_end_says_what_is_in(line: CommandLine) -> None:
    given_many_posts(line)
    with importing(line, "posts") as process:
        wait_until(lambda: count(line) > 0, "a batch is in", 60)
        process.terminate()
        out = process.communicate()[0].decode()
    assert process.returncode == 128 + signal.SIGTERM
    assert 0 < count(line) < MANY
    assert SECONDS.sub("… seconds)\n", out) == sums(count(line))


def test_one_that_was_killed_goes_on_and_doubles_nothing(line: CommandLine) -> None:
    given_many_posts(line)
    with importing(line, "posts") as process:
        wait_until(lambda: count(line) > 0, "a batch is in", 60)
    assert process.returncode == -signal.SIGKILL
    there = count(line)
    assert 0 < there < MANY
    assert said(line, "posts") == (0, sums(MANY - there, here=there), "")
    paths = line.rows("SELECT count(DISTINCT address), count(*) FROM address WHERE kind = 'path'")
    assert (count(line), paths) == (MANY, [(MANY, MANY)])
    assert line.rows("SELECT count(*) FROM user") == [(7,)]


def count(line: CommandLine) -> int:
    [[posts]] = line.rows("SELECT count(*) FROM post")
    assert isinstance(posts, int)
    return posts


def test_names_on_the_disk_that_are_not_utf_8(line: CommandLine) -> None:
    name = Path(line.folder.as_posix(), "\udcff.md")
    name.write_text("---\ntitle: T\ndate: 2020-01-31\nauthor: A\n---\nBody.\n")
    code, _, err = said(line, ".")
    assert code == 1
    assert err.endswith(".md:1: path: The file's name isn't UTF-8: rename it.\n")
