"""The cache in random histories: no hit is older than what was told, and nobody reads the past of
their own changes."""

from collections import Counter
from collections.abc import Callable
from traceback import format_exception

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.errors import FlakyFailure
from hypothesis.stateful import run_state_machine_as_test

from infra.cache import lease
from infra.cache.floors import FloorCache
from infra.cache.redis import RedisLink
from tests.harness.redis_server import RedisServer
from tests.model import faulty_caches
from tests.model.cache_machine import CacheMachine
from tests.model.cache_process import Cache, NewCache, Where
from tests.model.slow_store import SlowStore

HISTORIES = settings(
    stateful_step_count=40,
    deadline=None,
    print_blob=True,
    suppress_health_check=list(HealthCheck),
)
# each of these faults shows in more than one history of three
UNTIL_A_FAULT = settings(
    HISTORIES,
    max_examples=100,
    phases=[Phase.generate],
    database=None,
    report_multiple_bugs=False,
)


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever waits for another's load asks again at once."""
    monkeypatch.setattr(lease, "_WAIT_SECONDS", 0)


def with_floors(link: RedisLink, where: Where) -> Cache:
    return FloorCache(SlowStore(link), where, load_limit=50)


def run(redis: RedisServer, new_cache: NewCache, histories: settings) -> Counter[str]:
    outcomes: Counter[str] = Counter()

    class Machine(CacheMachine):
        def __init__(self) -> None:
            super().__init__(redis, new_cache, outcomes)

    run_state_machine_as_test(Machine, settings=histories)
    return outcomes


def test_nobody_reads_what_is_older_than_they_may_expect(
    new_redis: Callable[..., RedisServer],
) -> None:
    outcomes = run(new_redis(), with_floors, HISTORIES)
    assert outcomes["HIT"] > HISTORIES.max_examples, outcomes


@pytest.mark.parametrize(
    "faulty",
    [
        faulty_caches.DeletesOnWrite,
        faulty_caches.with_missing_floors_alike,
        faulty_caches.with_floors_laid_nowhere,
    ],
)
def test_a_faulty_cache_is_found_out(
    new_redis: Callable[..., RedisServer], faulty: NewCache
) -> None:
    # what depends on who of two was first may not be found twice
    with pytest.raises((AssertionError, FlakyFailure)) as found:
        run(new_redis(), faulty, UNTIL_A_FAULT)
    assert "older than" in "".join(format_exception(found.value))
