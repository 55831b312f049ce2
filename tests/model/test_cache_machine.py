"""The cache in random histories: no hit is older than what was told, and nobody reads the past of
their own changes."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from infra.cache import lease
from infra.cache.floors import FloorCache
from infra.cache.redis import RedisLink
from tests.harness.redis_server import RedisServer
from tests.model import faulty_caches
from tests.model.cache_machine import CacheMachine
from tests.model.cache_model import QUESTIONS
from tests.model.cache_process import Cache, NewCache, Where
from tests.model.slow_store import SlowStore

HISTORIES = settings(
    stateful_step_count=40,
    deadline=None,
    print_blob=True,
    suppress_health_check=list(HealthCheck),
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


POST = QUESTIONS[2]
OF_POST = frozenset(POST.tags)


def load_meets_change(machine: CacheMachine) -> None:
    machine.ask_slowly(process=0, caller=None, call=POST, halt="set")
    machine.change(writer="ann", tags=OF_POST, process=1)
    machine.go_on(which=0)
    machine.ask(process=0, caller=None, call=POST)


def change_meets_no_floor(machine: CacheMachine) -> None:
    machine.ask(process=0, caller=None, call=POST)
    machine.change(writer="ann", tags=OF_POST, process=1)
    machine.ask(process=0, caller=None, call=POST)


def replica_lags(machine: CacheMachine) -> None:
    machine.change(writer="ann", tags=OF_POST, process=1)
    machine.ask(process=0, caller=None, call=POST)


def own_part_changes(machine: CacheMachine) -> None:
    for _ in range(2):
        machine.change(writer="ann", tags=OF_POST | {"own:bob"}, process=1)
        machine.ask_with_overlay(process=0, caller="bob", call=POST)


def callers_take_turns(machine: CacheMachine) -> None:
    machine.change(writer="ann", tags=OF_POST | {"own:ann", "own:bob"}, process=1)
    for caller in ("ann", "bob"):
        for _ in range(2):
            machine.ask_with_overlay(process=0, caller=caller, call=POST)


FAULTS: list[tuple[NewCache, Callable[[CacheMachine], None]]] = [
    (faulty_caches.DeletesOnWrite, load_meets_change),
    (faulty_caches.with_missing_floors_alike, change_meets_no_floor),
    (faulty_caches.with_floors_laid_nowhere, replica_lags),
    (faulty_caches.with_own_parts_without_floor, own_part_changes),
    (faulty_caches.with_own_parts_alike, callers_take_turns),
]


@pytest.mark.parametrize(("faulty", "history"), FAULTS)
def test_a_faulty_cache_is_found_out(
    new_redis: Callable[..., RedisServer],
    faulty: NewCache,
    history: Callable[[CacheMachine], None],
) -> None:
    redis = new_redis()
    with played(CacheMachine(redis, with_floors, Counter())) as machine:
        history(machine)
    with (
        played(CacheMachine(redis, faulty, Counter())) as machine,
        pytest.raises(AssertionError, match=r"older than|another call"),
    ):
        history(machine)


@contextmanager
def played(machine: CacheMachine) -> Iterator[CacheMachine]:
    try:
        yield machine
    finally:
        machine.teardown()
