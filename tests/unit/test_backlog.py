"""The backlog: without a recent check, Redis is not used."""

import pytest

from infra.cache import backlog as module
from infra.cache.backlog import CHECK_SECONDS, Backlog


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [100.0]
    monkeypatch.setattr(module, "monotonic", lambda: now[0])
    return now


def test_a_process_that_has_not_looked_yet_has_one() -> None:
    assert Backlog(is_shared=True).exists


@pytest.mark.usefixtures("clock")
def test_what_a_look_finds_counts_until_it_is_told() -> None:
    backlog = Backlog(is_shared=True, checked_at=100.0)
    assert not backlog.exists
    backlog.found()
    assert backlog.exists
    backlog.clear()
    assert not backlog.exists


def test_a_look_counts_for_a_while(clock: list[float]) -> None:
    """A process that was frozen, or whose sweep is held up, knows nothing of the others."""
    backlog = Backlog(is_shared=True, checked_at=100.0)
    clock[0] += CHECK_SECONDS + 0.1
    assert backlog.exists
    backlog.checked_at = clock[0]
    assert not backlog.exists


def test_the_only_process_has_none(clock: list[float]) -> None:
    backlog = Backlog(checked_at=clock[0])
    backlog.found()
    clock[0] += 1e6
    assert not backlog.exists
