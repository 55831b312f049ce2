"""The supervisor of several processes: how long it waits for one that says nothing."""

import signal
from types import SimpleNamespace
from typing import Any

import pytest
import uvicorn

from interface.cli import workers

CONFIG = uvicorn.Config("main:app", workers=2, log_config=None)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """What the supervisor takes for the time; its pauses make it pass."""
    clock = SimpleNamespace(now=0.0)

    def pause(seconds: float) -> None:
        clock.now += seconds

    monkeypatch.setattr(workers, "monotonic", lambda: clock.now)
    monkeypatch.setattr(workers, "sleep", pause)
    return clock


def living_worker() -> Any:
    worker: Any = workers._Worker(CONFIG, [])
    worker.process = SimpleNamespace(is_alive=lambda: True)
    return worker


def test_one_that_starts_slowly_is_waited_for_and_one_that_hangs_is_not(
    clock: SimpleNamespace,
) -> None:
    worker = living_worker()
    alive = []
    for clock.now in (0, 59, 61):
        alive.append(worker.is_alive())
    assert alive == [True, True, False]


def test_each_answer_gives_a_worker_new_time(clock: SimpleNamespace) -> None:
    worker = living_worker()
    assert worker.is_alive()
    worker.child_conn.send(True)
    for clock.now in (59, 70, 118):
        assert worker.is_alive()


def test_one_that_has_closed_its_end_is_dead() -> None:
    worker = living_worker()
    worker.child_conn.close()
    assert not worker.is_alive()


@pytest.mark.usefixtures("clock")
def test_one_that_does_not_end_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    supervisor: Any = workers._Supervisor(CONFIG, [])
    alive = iter([True] * 1000 + [False])
    killed: list[bool] = []
    hangs = SimpleNamespace(
        process=SimpleNamespace(is_alive=lambda: not killed and next(alive)),
        kill=lambda: killed.append(True),
        join=lambda: None,
    )
    supervisor.processes = [hangs]
    supervisor.join_all()
    assert killed
