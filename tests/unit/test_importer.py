"""The importer, on fakes: what becomes of files that are in each other's way."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import PurePosixPath
from types import SimpleNamespace
from typing import cast

import pytest

from application.importing.commands import ImportCommandService
from core.dependencies.scope import Scope
from domain.tenant import DEFAULT_TENANT
from interface.cli.importing.importer import Importer, Manner
from interface.cli.importing.place import Place
from interface.cli.importing.post_file import PostFile
from interface.cli.importing.report import Report
from tests.support.fake_security import FakeClock
from tests.support.fakes import FakeDatabase, FakeWriteUnitOfWork

ROOT = PurePosixPath("/")


def file_of(name: str, *keys: str) -> PostFile:
    front = "\n".join((f"title = '{name}'", "author = 'A'", "date = 2020-01-31", *keys))
    path = ROOT / f"{name}.md"
    return PostFile(path.name, path, Place(path, ROOT), f"+++\n{front}\n+++\nBody.".encode)


async def imported(database: FakeDatabase, *files: PostFile, dry: bool = False) -> Report:
    def scope() -> SimpleNamespace:
        uow = FakeWriteUnitOfWork(database)
        return SimpleNamespace(imports=ImportCommandService(uow, FakeClock()))

    with Report(len(files), is_rehearsal=dry) as report:
        open_scope = cast(Callable[[], Scope], scope)
        await Importer(open_scope, report, Manner(is_rehearsal=dry)).run(files)
    return report


def titles(database: FakeDatabase) -> dict[str, str]:
    """By their slugs."""
    return {post.slug: post.title for post in database.blogs[DEFAULT_TENANT].posts.values()}


async def test_what_nobody_foresaw_refuses_one_file(capsys: pytest.CaptureFixture[str]) -> None:
    def read() -> bytes:
        raise IndexError

    report = await imported(FakeDatabase(), replace(file_of("bad"), read=read), file_of("good"))
    assert report.summary == "imported 1, already here 0, bad 1"
    said = "bad.md:1: The import fails on it, with IndexError: please report that.\n"
    assert capsys.readouterr().err == said
