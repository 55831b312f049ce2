"""The breaker: open after several failures in a row, never after one moment's."""

import pytest

from infra.cache import breaker
from infra.cache.breaker import Breaker


class Clock:
    """Tells the time that a test sets."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(breaker, "monotonic", clock)
    return clock


def fail(breaker: Breaker, clock: Clock, times: int) -> None:
    for _ in range(times):
        began = clock.now
        clock.now += 0.05
        breaker.failed(began)


def test_four_failures_are_bad_luck_and_five_are_not(clock: Clock) -> None:
    breaker = Breaker()
    fail(breaker, clock, 4)
    assert breaker.allows_attempt()
    fail(breaker, clock, 1)
    assert breaker.is_open
    assert not breaker.allows_attempt()


def test_a_success_between_begins_anew(clock: Clock) -> None:
    breaker = Breaker()
    for _ in range(3):
        fail(breaker, clock, 4)
        breaker.succeeded()
    assert breaker.allows_attempt()


def test_a_crowd_that_fails_at_once_counts_once(clock: Clock) -> None:
    breaker = Breaker()
    began = clock.now
    clock.now += 0.05
    for _ in range(50):
        breaker.failed(began)
    assert not breaker.is_open


def test_an_open_one_lets_one_try_after_each_pause(clock: Clock) -> None:
    breaker = Breaker()
    fail(breaker, clock, 5)
    clock.now += 0.9
    assert not breaker.allows_attempt()
    clock.now += 0.2
    assert [breaker.allows_attempt() for _ in range(3)] == [True, False, False]
    breaker.failed(clock.now)
    assert not breaker.allows_attempt()
    clock.now += 1.1
    assert breaker.allows_attempt()
    breaker.succeeded()
    assert [breaker.allows_attempt() for _ in range(3)] == [True] * 3
