"""Counters of limits: the same in memory and in Redis."""

import asyncio
from collections.abc import AsyncIterator
from secrets import token_hex
from time import monotonic, perf_counter

import pytest
import pytest_asyncio

from infra.limits.counters import Counter, Counters
from infra.limits.memory import MemoryCounters
from infra.limits.redis import RedisCounters
from tests.harness.proxy import TcpProxy
from tests.harness.redis_server import RedisServer
from tests.support.cuts import Cut, heal, refuse, stall, swallow, swallow_answers

CROWD = 100


@pytest_asyncio.fixture(params=["memory", "redis"])
async def counters(request: pytest.FixtureRequest) -> AsyncIterator[Counters]:
    own: Counters = MemoryCounters()
    if request.param == "redis":
        server: RedisServer = request.getfixturevalue("redis")
        own = RedisCounters(server.url, own)
    yield own
    await own.close()


def a_counter(most: int = 3, seconds: int = 60, group: int = 0) -> Counter:
    return Counter(f"test:{token_hex(8)}", most, seconds, group)


async def granted(counters: Counters, *of: Counter, times: int = 10) -> int:
    """Return how many of so many calls at once are granted."""
    taken = await asyncio.gather(*(counters.take(of) for _ in range(times)))
    return sum(each.granted for each in taken)


async def test_a_crowd_gets_no_more_than_there_is(counters: Counters) -> None:
    of = a_counter(most=CROWD // 3)
    assert await granted(counters, of, times=CROWD) == CROWD // 3
    taken = await counters.take([of])
    assert (taken.granted, [count.uses for count in taken.counts]) == (False, [CROWD // 3])


async def test_all_are_raised_or_none(counters: Counters) -> None:
    many, few = a_counter(most=9, group=0), a_counter(most=2, seconds=600, group=1)
    assert await granted(counters, many, few) == 2
    [of_many, of_few] = (await counters.take([many, few])).counts
    assert (of_many.uses, of_few.uses) == (2, 2)
    assert 55 < of_many.seconds <= 60 < 595 < of_few.seconds <= 600


async def test_a_group_is_full_where_all_its_counters_are(counters: Counters) -> None:
    shared = a_counter()
    assert await granted(counters, shared, a_counter(most=1)) == 3
    for _ in range(2):
        assert await granted(counters, shared, a_counter(most=1)) == 1


async def test_a_window_ends_however_often_it_was_asked_for(counters: Counters) -> None:
    of, began = a_counter(seconds=3), monotonic()
    assert await granted(counters, of) == 3
    for _ in range(2):
        await asyncio.sleep(0.4)
        assert await granted(counters, of) == 0 or monotonic() - began > 2
    await asyncio.sleep(began + 3.2 - monotonic())
    assert await granted(counters, of) == 3


async def test_what_was_not_raised_has_its_whole_window_left(counters: Counters) -> None:
    full, fresh = a_counter(most=1, group=0), a_counter(seconds=600, group=1)
    await counters.take([full])
    assert (await counters.take([full, fresh])).counts[1].seconds == 600


async def test_uses_are_taken_back(counters: Counters) -> None:
    once, wholly, unknown = a_counter(group=0), a_counter(group=1), a_counter()
    assert await granted(counters, once, wholly) == 3
    await counters.forgive([once.key, unknown.key], [wholly.key, unknown.key])
    assert await granted(counters, wholly) == 3
    assert await granted(counters, once) == 1
    assert await granted(counters, unknown) == 3


async def test_keys_in_redis_end_by_themselves(redis: RedisServer) -> None:
    counters, of = RedisCounters(redis.url, MemoryCounters()), a_counter(seconds=60)
    await counters.take([of])
    await counters.forgive([of.key], [])
    assert 0 < redis.execute("TTL", of.key) <= 60
    for _ in range(2):
        await counters.forgive([a_counter().key], [])
    assert redis.execute("GET", of.key) == "0"
    await counters.close()


@pytest.mark.parametrize("cut", [refuse, stall, swallow, swallow_answers])
@pytest.mark.timing
async def test_nobody_waits_for_redis(redis: RedisServer, cut: Cut) -> None:
    """Not even a crowd; and the process counts for itself meanwhile."""
    async with TcpProxy(redis.host, redis.port) as proxy:
        counters = RedisCounters(proxy.url_to(redis.url), MemoryCounters())
        of = a_counter(most=CROWD // 2)
        await counters.prepare()
        await cut(proxy)
        began = perf_counter()
        assert await granted(counters, of, times=CROWD) == CROWD // 2
        for _ in range(20):
            assert not (await counters.take([of])).granted
        # five waits of 50 ms, and the work of a hundred callers
        assert perf_counter() - began < 0.25 + 0.25
        await heal(proxy)
        await asyncio.sleep(1.1)
        fresh = a_counter()
        for _ in range(3):
            assert (await counters.take([fresh])).granted
        assert redis.execute("GET", fresh.key) is not None
        await counters.close()
