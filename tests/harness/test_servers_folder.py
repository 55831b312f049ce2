"""A kept folder is filled once, and never seen half filled."""

from pathlib import Path

import pytest

from tests.harness import servers_folder
from tests.harness.servers_folder import kept_folder


@pytest.fixture(autouse=True)
def servers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(servers_folder, "SERVERS", tmp_path / "servers")
    return tmp_path / "servers"


def fill(folder: Path) -> None:
    (folder / "server").touch(exist_ok=False)


def fail_half_way(folder: Path) -> None:
    (folder / "server").touch()
    raise InterruptedError


def test_it_is_filled_once() -> None:
    assert kept_folder("some", fill) == kept_folder("some", fail_half_way)


def test_an_interrupted_attempt_is_started_afresh(servers: Path) -> None:
    with pytest.raises(InterruptedError):
        kept_folder("some", fail_half_way)
    assert not (servers / "some").exists()
    assert [path.name for path in kept_folder("some", fill).iterdir()] == ["server"]


def test_git_ignores_it(servers: Path) -> None:
    kept_folder("some", fill)
    assert (servers / ".gitignore").read_text() == "*\n"
