"""The importer: what becomes of files that are in each other's way."""

from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import cast

import pytest

from application.importing.commands import ImportCommandService
from core.blog.rendering import RENDERER
from domain.post import Status
from infra.blog.post.table import posts
from interface.cli.importing import importer
from interface.cli.importing.importer import Importer, Manner
from interface.cli.importing.pictures import OpenScope
from interface.cli.importing.place import Place
from interface.cli.importing.post_file import PostFile
from interface.cli.importing.report import Report
from interface.cli.importing.trees import FolderTree
from tests.support.fake_security import FakeClock
from tests.support.stores import Store

ROOT = PurePosixPath("/")
TREE = FolderTree(Path("/nowhere"))


def file_of(name: str, *keys: str, day: str = "2020-01-31") -> PostFile:
    front = "\n".join((f"title = '{name}'", "author = 'A'", f"date = {day}", *keys))
    path = ROOT / f"{name}.md"
    return PostFile(path.name, path, Place(path, ROOT), f"+++\n{front}\n+++\nBody.".encode, TREE)


async def imported(store: Store, *files: PostFile, dry: bool = False) -> Report:
    def scope(_caller: object = None) -> dict[type, object]:
        uow = store.writing()
        return {ImportCommandService: ImportCommandService(uow, FakeClock())}

    with Report(len(files), is_rehearsal=dry) as report:
        open_scope = cast(OpenScope, scope)
        await Importer(open_scope, report, Manner(is_rehearsal=dry), RENDERER).run(files)
    return report


async def titles(store: Store) -> dict[str, str]:
    """By their slugs."""
    return {row.slug: row.title for row in await store.rows(posts)}


async def test_what_nobody_foresaw_refuses_one_file(
    store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    def read() -> bytes:
        raise IndexError

    report = await imported(store, replace(file_of("bad"), read=read), file_of("good"))
    assert report.summary == "imported 1, already here 0, bad 1"
    said = "bad.md:1: The import fails on it, with IndexError: please report that.\n"
    assert capsys.readouterr().err == said


async def test_one_that_is_refused_gives_its_addresses_back(
    store: Store,
    capsys: pytest.CaptureFixture[str],
) -> None:
    alias = "aliases = ['/old']"
    report = await imported(
        store,
        file_of("bad", alias, 'description = "\\u0007"'),
        file_of("good", alias),
        file_of("late", alias),
    )
    assert (report.bad, await titles(store)) == (2, {"good": "good"})
    assert "late.md:5: aliases: '/old' is taken by good.md" in capsys.readouterr().err


def exported(name: str, *former: str) -> PostFile:
    keys = ("username = 'a'", "created_at = 2020-01-31T01:02:03Z", f"former_slugs = {[*former]}")
    return file_of(name, f"slug = '{name}'", f"extra.broadsheet = {{{', '.join(keys)}}}")


async def test_a_rehearsal_says_what_comes_of_slugs_that_several_want(
    store: Store,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(importer, "BATCH", 1)
    files = [file_of(name) for name in ("s1", "s2", "s3")]
    files += [exported("s2"), exported("x", "s1"), exported("y", "s3")]
    files += [replace(exported("z", "x"), whole_path=ROOT / "z")]
    for dry, would in ((True, "would be "), (False, "")):
        report = await imported(store, *files, dry=dry)
        assert report.summary == f"{would}imported 6, already here 0, bad 1"
    assert (await titles(store)).keys() == {"s1-2", "s2", "s2-2", "s3-2", "x", "y"}


async def test_a_post_of_days_to_come_is_a_draft_until_somebody_publishes_it(
    store: Store,
    capsys: pytest.CaptureFixture[str],
) -> None:
    file = file_of("later", day="2999-01-31")
    report = await imported(store, file)
    assert report.details.startswith("0 published, 1 draft, 0 archived;")
    said = "later.md:4: date: It is yet to come: it is a draft until somebody publishes it.\n"
    assert capsys.readouterr().err == said
    [post] = await store.rows(posts)
    assert (post.status, post.published_at, post.created_at.year) == (Status.DRAFT, None, 2999)
    await imported(store, file)
    assert capsys.readouterr().err == ""


async def test_a_name_tells_the_terminal_nothing(
    store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    files = [replace(file_of(name), name="\x1b[2J\n") for name in ("good", "bad")]
    files[1] = replace(files[1], read=b"".strip)
    await imported(store, *files, dry=True)
    said = "would be imported: \\x1b[2J\\n\n", "\\x1b[2J\\n:1: The file is empty"
    out, err = capsys.readouterr()
    assert (out, err.startswith(said[1])) == (said[0], True)
