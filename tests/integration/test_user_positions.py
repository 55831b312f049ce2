"""Users' positions in Redis: joined, forgotten, lost and unreachable."""

import asyncio
from collections.abc import AsyncIterator, Callable
from time import monotonic
from uuid import UUID

import pytest
import pytest_asyncio

from application.positions import NOWHERE, Position
from domain.ids import new_id
from infra.cache.backlog import Backlog
from infra.cache.redis import RedisLink
from infra.cache.user_positions import RedisUserPositions
from tests.harness.redis_server import RedisServer

A, B = "3e11fa47-71ca-11e1-9e33-c80aa9429562", "3e11fa47-71ca-11e1-9e33-c80aa9429563:tag"
OF_PRIMARY = Position({A: 1000})


class Process:
    """One of several processes on a Redis; the primary is where `of_primary` says."""

    def __init__(self, redis: RedisServer) -> None:
        self.of_primary: Position | None = OF_PRIMARY
        self.link = RedisLink(redis.url)
        self.positions = RedisUserPositions(self.link, self._of_primary, Backlog())
        self.asked = 0

    async def _of_primary(self) -> Position | None:
        self.asked += 1
        return self.of_primary


@pytest_asyncio.fixture
async def start() -> AsyncIterator[Callable[[RedisServer], Process]]:
    started: list[Process] = []

    def new_process(redis: RedisServer) -> Process:
        started.append(Process(redis))
        return started[-1]

    yield new_process
    for process in started:
        await process.positions.close()
        await process.link.close()


@pytest.fixture
def ann() -> UUID:
    return new_id()


Start = Callable[[RedisServer], Process]


async def test_what_one_process_keeps_another_finds(
    redis: RedisServer, start: Start, ann: UUID
) -> None:
    one, other = start(redis), start(redis)
    for position in (Position({A: 5}), Position({A: 3}), Position({B: 10}), Position({B: 9})):
        await one.positions.store(ann, position)
    assert await other.positions.get(ann) == Position({A: 5, B: 10})
    assert await other.positions.get(new_id()) == OF_PRIMARY
    assert (one.asked, other.asked) == (0, 1)


@pytest.mark.parametrize("value", [b"\xff", b"a::", b"garbage", b"3e11fa47:5"])
async def test_what_is_no_position_is_replaced(
    redis: RedisServer, start: Start, ann: UUID, value: bytes
) -> None:
    process = start(redis)
    redis.execute("SET", await process.positions._key(ann), value)
    assert await process.positions.get(ann) == OF_PRIMARY
    await process.positions.store(ann, Position({A: 2000}))
    assert await process.positions.get(ann) == Position({A: 2000})


async def test_numbers_are_joined_as_numbers(redis: RedisServer, start: Start, ann: UUID) -> None:
    process = start(redis)
    for number in (9, 10, 2**53, 99):
        await process.positions.store(ann, Position({A: number}))
    assert await process.positions.get(ann) == Position({A: 2**53})


async def test_parallel_writers_lose_nothing(redis: RedisServer, start: Start, ann: UUID) -> None:
    processes = [start(redis) for _ in range(4)]
    await asyncio.gather(
        *(processes[n % 4].positions.store(ann, Position({A: n, B: 200 - n})) for n in range(200))
    )
    for process in processes:
        assert await process.positions.get(ann) == Position({A: 199, B: 200})


async def test_a_missing_position_is_the_primarys(
    redis: RedisServer, start: Start, ann: UUID
) -> None:
    process = start(redis)
    assert await process.positions.get(ann) == OF_PRIMARY
    process.of_primary = Position({A: 2000})
    assert await process.positions.get(ann) == OF_PRIMARY, "asked once, then kept"
    await process.positions.store(ann, Position({A: 1001}))
    assert await process.positions.get(ann) == Position({A: 1001})
    process.of_primary = None
    assert await process.positions.get(new_id()) is None


async def test_nothing_is_kept_for_longer_than_a_minute(
    redis: RedisServer, start: Start, ann: UUID
) -> None:
    process = start(redis)
    await process.positions.store(ann, Position({A: 5}))
    await process.positions.get(other := new_id())
    for user_id in (ann, other):
        assert 0 < redis.execute("TTL", await process.positions._key(user_id)) <= 60


async def test_what_redis_forgot_is_the_primarys(
    new_redis: Callable[..., RedisServer], start: Start, ann: UUID
) -> None:
    redis = new_redis()
    process = start(redis)
    await process.positions.store(ann, Position({A: 5}))
    redis.flush()
    assert await process.positions.get(ann) == OF_PRIMARY
    await process.positions.store(ann, Position({A: 2000}))
    redis.stop()
    redis.start()
    assert await eventually(process, ann) == OF_PRIMARY


async def test_a_snapshot_brings_no_old_position_back(
    new_redis: Callable[..., RedisServer], start: Start, ann: UUID
) -> None:
    redis = new_redis()
    writer, reader = start(redis), start(redis)
    await writer.positions.store(ann, Position({A: 5}))
    assert await reader.positions.get(ann) == Position({A: 5})
    redis.save()
    await writer.positions.store(ann, Position({A: 900}))
    redis.kill()
    redis.start()
    assert await eventually(reader, ann) == OF_PRIMARY
    # a writer whose connection is of the run before
    await asyncio.gather(*(writer.positions.store(ann, Position({A: 1500})) for _ in range(3)))
    assert await reader.positions.get(ann) in (None, Position({A: 1500})) or (
        await writer.positions.get(ann) is None
    )


async def eventually(process: Process, user_id: UUID) -> Position:
    """Ask until the link is up again: until then nothing is known."""
    async with asyncio.timeout(10):
        while True:
            if (found := await process.positions.get(user_id)) is not None:
                return found
            await asyncio.sleep(0.02)


async def test_without_redis_only_the_primary_will_do(
    new_redis: Callable[..., RedisServer], start: Start, ann: UUID
) -> None:
    redis = new_redis()
    process, other = start(redis), start(redis)
    await process.positions.store(ann, Position({A: 5}))
    redis.kill()
    assert await process.positions.get(ann) is None
    await process.positions.store(ann, Position({A: 7}))
    assert await process.positions.get(ann) is None
    redis.start()
    # told as soon as Redis is there again, to all
    assert await eventually(process, ann) == Position({A: 7})
    assert await eventually(other, ann) == Position({A: 7})


async def test_what_was_not_sent_is_sent_once_redis_is_well(
    new_redis: Callable[..., RedisServer], start: Start, ann: UUID
) -> None:
    redis = new_redis()
    process, other = start(redis), start(redis)
    await process.positions.store(ann, Position({A: 5}))
    redis.suspend()
    while not process.link.is_down:
        await process.positions.get(new_id())
    redis.resume()
    # its breaker is open, so this one is not sent at once
    await process.positions.store(ann, Position({A: 900}))
    assert await eventually(process, ann) == Position({A: 900})
    assert await eventually(other, ann) == Position({A: 900})


async def test_a_hung_redis_holds_nobody_up(
    new_redis: Callable[..., RedisServer], start: Start, ann: UUID
) -> None:
    redis = new_redis()
    process = start(redis)
    await process.positions.store(ann, Position({A: 5}))
    redis.suspend()
    try:
        # the client's own patience would be a minute
        async with asyncio.timeout(10):
            for _ in range(5):
                assert await process.positions.get(ann) is None
        assert process.link.is_down
        failures, began = process.link.counts.failures, monotonic()
        for _ in range(20):
            assert await process.positions.get(ann) is None
        # one that is down is asked once a second
        assert process.link.counts.failures - failures <= 1 + monotonic() - began
    finally:
        redis.resume()
    assert await eventually(process, ann) == Position({A: 5})


async def test_a_full_redis_shows_no_old_position(
    new_redis: Callable[..., RedisServer], start: Start, ann: UUID
) -> None:
    redis = new_redis()
    process, other = start(redis), start(redis)
    await process.positions.store(ann, Position({A: 5}))
    redis.execute("CONFIG", "SET", "maxmemory", "100kb")
    await process.positions.store(ann, Position({A: 900}))
    assert await process.positions.get(ann) is None
    assert await other.positions.get(ann) is None, "it asks the primary, and can't keep the answer"
    redis.execute("CONFIG", "SET", "maxmemory", "0")
    assert await eventually(process, ann) == Position({A: 900})
    assert await other.positions.get(ann) == Position({A: 900})


async def test_reads_of_one_moment_are_one_command(
    new_redis: Callable[..., RedisServer], start: Start
) -> None:
    redis = new_redis()
    process, users = start(redis), [new_id() for _ in range(300)]
    await asyncio.gather(*(process.positions.store(user, Position({A: 5})) for user in users))
    before = commands(redis)
    found = await asyncio.gather(*(process.positions.get(user) for user in users))
    assert found == [Position({A: 5})] * 300
    assert commands(redis) - before <= 2


def commands(redis: RedisServer) -> int:
    said = redis.execute("INFO", "commandstats").get("cmdstat_mget", {"calls": 0})
    return int(said["calls"])


async def test_a_caller_who_hangs_up_stops_nobody(
    redis: RedisServer, start: Start, ann: UUID
) -> None:
    process = start(redis)
    await process.positions.store(ann, Position({A: 5}))
    hurried = [asyncio.ensure_future(process.positions.get(ann)) for _ in range(5)]
    patient = [asyncio.ensure_future(process.positions.get(ann)) for _ in range(5)]
    await asyncio.sleep(0)
    for task in hurried:
        task.cancel()
    assert await asyncio.gather(*patient) == [Position({A: 5})] * 5


async def test_a_user_with_a_password_may_be_named(
    new_redis: Callable[..., RedisServer], start: Start, ann: UUID
) -> None:
    process = start(new_redis(user="blog", password="secret"))
    await process.positions.store(ann, Position({A: 5}))
    assert await process.positions.get(ann) == Position({A: 5})
    assert NOWHERE != OF_PRIMARY
