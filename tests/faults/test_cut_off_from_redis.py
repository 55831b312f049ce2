"""One of two servers is cut off from Redis for a while, under writes through both: no answer from
the cache is old, and no command takes long.

With `--hypothesis-profile=full` for up to half a minute, and twenty times each.
"""

import asyncio
from collections import Counter, deque
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from itertools import cycle
from statistics import median
from time import perf_counter
from typing import Any

import pytest
import pytest_asyncio

from tests.harness.mysql import MySQLPair
from tests.harness.proxy import TcpProxy
from tests.harness.redis_server import RedisServer
from tests.support.api import Api, Person
from tests.support.cuts import Cut, heal, refuse, slow, stall, swallow
from tests.support.databases import migrated
from tests.support.own_loop import OwnLoop, own_loop
from tests.support.profile import IS_FULL
from tests.support.server import Server, serving_beside
from tests.support.settings import environment_of
from tests.support.waiting import until

# it measures what a command takes
pytestmark = pytest.mark.timing

SECONDS = (2, 8, 30) if IS_FULL else (2,)
TURNS = 20 if IS_FULL else 1
CUTS = {"stalled": stall, "refused": refuse, "dropped": swallow, "slow": slow}

LIMIT_SECONDS = 5
QUICK_SECONDS = 0.5  # one that another process must tell Redis of takes a second or more
CALM_COMMANDS = 20
WRITERS = 2  # of each server
# so that reads of one server do not keep all the others waiting
PAUSE_SECONDS = 0.02
FROM_CACHE = ("HIT", "MISS")


@dataclass(frozen=True)
class Writer:
    """Somebody with one post, known by the access token alone, and the server they write to."""

    person: Person
    post: str
    server: int


@dataclass
class Play:
    """Readers and writers of both servers, what was acknowledged, and what contradicted it.

    The title of each post is the number of its last edit.
    """

    servers: list[Api]
    writers: list[Writer]
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    acknowledged: dict[str, int] = field(default_factory=dict)
    seconds: list[float] = field(default_factory=list)
    outcomes: Counter[tuple[int, str]] = field(default_factory=Counter)
    judged: int = 0
    stale: list[str] = field(default_factory=list)
    well: set[tuple[int, str]] = field(default_factory=set)

    def __str__(self) -> str:
        """Say what `-rP` shows."""
        commands = f"{len(self.seconds)} commands, {max(self.seconds):.2f} s at most"
        return f"{self.judged} reads judged, {len(self.stale)} stale; {commands}"

    def begin(self, group: asyncio.TaskGroup) -> None:
        """Let all read and write until it has ended."""
        for writer in self.writers:
            group.create_task(self._write_on(writer))
        for server in range(len(self.servers)):
            group.create_task(self._read_on(server, [None]))
            group.create_task(self._read_on(server, self.writers))

    async def calm(self) -> list[float]:
        """Wait until both servers answer from the cache, and do commands quickly; returns what the
        next commands take."""
        self.well.clear()
        expected = {(server, of) for server in range(2) for of in ("a hit", "a command")}
        await until(lambda: self.well >= expected, "hits and quick commands at both servers")
        before = len(self.seconds)
        await until(lambda: len(self.seconds) - before >= CALM_COMMANDS, "commands go on")
        return self.seconds[before:]

    async def _write_on(self, writer: Writer) -> None:
        while not self.ended.is_set():
            await self._write(writer)
            for server in (1 - writer.server, writer.server):
                # nobody first: what its writer has read is fresh in the cache
                for by in (None, writer):
                    await self._read(server, f"/posts/{writer.post}", by)
            await asyncio.sleep(PAUSE_SECONDS)

    async def _write(self, writer: Writer) -> None:
        number, began = self.acknowledged.get(writer.post, 0) + 1, perf_counter()
        path, body = f"/posts/{writer.post}", {"title": str(number)}
        answer = await self.servers[writer.server].patch(path, writer.person, json=body)
        answer.raise_for_status()
        self.acknowledged[writer.post] = number
        self.seconds.append(perf_counter() - began)
        if self.seconds[-1] < QUICK_SECONDS:
            self.well.add((writer.server, "a command"))

    async def _read_on(self, server: int, readers: list[Writer] | list[None]) -> None:
        addresses = cycle(("/posts", *(f"/posts/{writer.post}" for writer in self.writers)))
        for by, address in zip(cycle(readers), addresses, strict=False):
            if self.ended.is_set():
                return
            await self._read(server, address, by)
            await asyncio.sleep(PAUSE_SECONDS)

    async def _read(self, server: int, path: str, by: Writer | None) -> None:
        least = dict(self.acknowledged)
        answer = await self.servers[server].get(path, by.person if by else None)
        body, outcome = answer.raise_for_status().json(), answer.headers["X-Cache"]
        self._count(server, outcome)
        for post in body.get("items", [body]):
            # of what is not cached, others may see what the replica has
            if outcome in FROM_CACHE or (by and by.post == post["id"]):
                self._judge(post, least, f"{outcome} through {server}, {'own' if by else 'any'}")

    def _count(self, server: int, outcome: str) -> None:
        self.outcomes[server, outcome] += 1
        if outcome == "HIT":
            self.well.add((server, "a hit"))

    def _judge(self, post: dict[str, Any], least: dict[str, int], what: str) -> None:
        self.judged += 1
        shown, acknowledged = int(post["title"]), least.get(post["id"], 0)
        if shown < acknowledged:
            self.stale.append(f"{what}: {shown}, {acknowledged} was acknowledged")


@dataclass(frozen=True)
class Way:
    """The first server's way to Redis, through a proxy that readers and writers do not delay."""

    proxy: TcpProxy
    loop: OwnLoop

    async def be_cut(self, cut: Cut, seconds: float) -> None:
        """Cut it for so long."""
        try:
            await self.loop.run(cut(self.proxy))
            await asyncio.sleep(seconds)
        finally:
            await self.loop.run(heal(self.proxy))


@pytest_asyncio.fixture(scope="module")
async def way(redis: RedisServer) -> AsyncIterator[Way]:
    async with own_loop() as loop:
        proxy = TcpProxy(redis.host, redis.port)
        await loop.run(proxy.__aenter__())
        yield Way(proxy, loop)
        await loop.run(proxy.__aexit__())


@pytest_asyncio.fixture(scope="module")
async def started(
    mysql_pair: MySQLPair,
    redis: RedisServer,
    way: Way,
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[list[Server]]:
    """Two servers, the first of which reaches Redis through the proxy."""
    # a database of its own: no third process is to tell Redis of what is written here
    direct = await migrated(mysql_pair, redis)
    proxied = direct.model_copy(update={"redis_url": way.proxy.url_to(redis.url)})
    async with AsyncExitStack() as stack:
        yield [
            await stack.enter_async_context(
                serving_beside(tmp_path_factory.mktemp("server"), **environment_of(settings))
            )
            for settings in (proxied, direct)
        ]


@pytest_asyncio.fixture
async def play(started: list[Server], api_on_mysql: Api) -> AsyncIterator[Play]:
    async with AsyncExitStack() as stack:
        servers = [api_on_mysql.through(server.address) for server in started]
        for api in servers:
            api.tokens = deque(maxlen=0)  # nobody here remembers a Consistency-Token
            await stack.enter_async_context(api.client)
        writers = [await a_writer(servers, number % 2) for number in range(2 * WRITERS)]
        yield Play(servers, writers)


async def a_writer(servers: list[Api], server: int) -> Writer:
    person = await servers[server].registered()
    post = await servers[server].write(person, title="0")
    return Writer(person, post["id"], server)


@pytest.mark.parametrize("turn", range(TURNS))
@pytest.mark.parametrize("seconds", SECONDS)
@pytest.mark.parametrize("cut", CUTS.values(), ids=CUTS)
async def test_no_cached_answer_is_old(
    play: Play, way: Way, cut: Cut, seconds: float, turn: int
) -> None:
    async with asyncio.TaskGroup() as group:
        play.begin(group)
        before = await play.calm()
        play.outcomes.clear()
        await way.be_cut(cut, seconds)
        hits_while_cut = play.outcomes[1, "HIT"]
        after = await play.calm()
        play.ended.set()
    print(play)
    assert play.stale == []
    assert hits_while_cut > 0
    assert max(play.seconds) < LIMIT_SECONDS
    assert max(median(before), median(after)) < QUICK_SECONDS
