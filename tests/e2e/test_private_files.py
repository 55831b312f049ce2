"""What a server on SQLite keeps in files is read by their owner alone."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.blog.container import blog_container
from tests.conftest import fresh_api
from tests.e2e.command_line import CommandLine
from tests.harness.waiting import wait_until
from tests.support.server import serving
from tests.support.settings import SECRET, settings_for

FILES = {"broadsheet.db", "broadsheet.db-wal", "broadsheet.db-shm", "broadsheet.db.jwt_secret"}


@pytest.fixture(autouse=True)
def _usual_umask() -> Iterator[None]:
    """The umask of most machines, under which files are made readable to all."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def modes(folder: Path) -> dict[str, int]:
    return {file.name: stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()}


def test_the_folder_and_the_files_of_the_first_start(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with serving(tmp_path):
        # those beside the database come with the first connection that stays open
        wait_until(lambda: {file.name for file in data.iterdir()} >= FILES, "all files are there")
        found = modes(data)
    assert set(found.values()) == {0o600}, found
    assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700


async def test_the_files_of_a_migration_and_what_follows(tmp_path: Path) -> None:
    container = blog_container(settings_for(f"sqlite:///{tmp_path}/data/blog.db"))
    await container.migrate()
    async with fresh_api(container) as api:
        await api.person()
    found = modes(tmp_path / "data")
    await container.stop()
    assert found.keys() >= {"blog.db", "blog.db-wal", "blog.db-shm"}
    assert set(found.values()) == {0o600}, found


def open_to_all(data: Path) -> None:
    data.chmod(0o755)
    for file in data.iterdir():
        file.chmod(0o644)


@pytest.mark.parametrize("secret", [{}, {"JWT_SECRET": SECRET}])
def test_what_was_open_to_all_is_closed(tmp_path: Path, secret: dict[str, str]) -> None:
    data = tmp_path / "data"
    with serving(tmp_path) as server:
        wait_until(lambda: {file.name for file in data.iterdir()} >= FILES, "all files are there")
        # those beside the database stay
        server.process.kill()
        server.process.wait()
    open_to_all(data)
    with serving(tmp_path, **secret):
        wait_until(lambda: {file.name for file in data.iterdir()} >= FILES, "all files are there")
        found = modes(data)
    assert set(found.values()) == {0o600}, found
    assert stat.S_IMODE(data.stat().st_mode) == 0o700


def test_a_command_closes_it_too(tmp_path: Path) -> None:
    line, data = CommandLine(tmp_path), tmp_path / "data"
    line.run("migrate")
    open_to_all(data)
    assert line.run("migrate", JWT_SECRET=SECRET).returncode == 0
    assert set(modes(data).values()) == {0o600}
    assert stat.S_IMODE(data.stat().st_mode) == 0o700


async def test_a_mode_that_somebody_chose_is_kept(tmp_path: Path) -> None:
    container = blog_container(settings_for(f"sqlite:///{tmp_path}/blog.db"))
    (tmp_path / "blog.db").touch(0o640)
    await container.migrate()
    assert modes(tmp_path)["blog.db"] == 0o640
    await container.stop()
