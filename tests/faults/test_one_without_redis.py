"""One process can't reach Redis: others never show the state before its commits."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from statistics import median
from time import perf_counter
from typing import Any

import pytest
import pytest_asyncio

from core.config import Settings
from tests.conftest import fresh_api, running, wait_for_redis
from tests.harness.mysql import MySQLPair
from tests.harness.proxy import TcpProxy
from tests.harness.redis_server import RedisServer
from tests.support.api import Api, Person
from tests.support.cuts import Cut, refuse, slow, stall, swallow, swallow_answers
from tests.support.databases import migrated
from tests.support.waiting import until

LIMIT_SECONDS = 5
ROUNDS = 4


@dataclass
class Blog:
    """One blog behind two processes, of which the first reaches Redis through a proxy."""

    one: Api
    other: Api
    proxy: TcpProxy
    ann: Person
    post: dict[str, Any]

    async def rename(self, title: str) -> float:
        """Rename the post through the first process; returns how long that took."""
        began = perf_counter()
        path = f"/posts/{self.post['id']}"
        (await self.one.patch(path, self.ann, json={"title": title})).raise_for_status()
        return perf_counter() - began

    async def seen(self, **headers: str) -> str:
        """Return the first title that the other process lists for these headers."""
        answer = await self.other.client.get("/api/v1/posts", headers=headers)
        title: str = answer.raise_for_status().json()["items"][0]["title"]
        return title


@pytest_asyncio.fixture
async def blog(mysql_settings: Settings, redis: RedisServer) -> AsyncIterator[Blog]:
    # without a replica all that is older than it should be comes from the cache
    alone = mysql_settings.model_copy(update={"database_replica_url": ()})
    async with AsyncExitStack() as stack:
        proxy = await stack.enter_async_context(TcpProxy(redis.host, redis.port))
        through = alone.model_copy(update={"redis_url": proxy.url_to(redis.url)})
        containers = [await stack.enter_async_context(running(each)) for each in (through, alone)]
        wait_for_redis(containers[0], 0.05)
        one = await stack.enter_async_context(fresh_api(containers[0]))
        other = Api(containers[1], one.tenant)
        await stack.enter_async_context(other.client)
        ann = await one.person()
        yield Blog(one, other, proxy, ann, await one.write(ann, title="Old"))


@pytest.mark.parametrize("cut", [refuse, stall, swallow, swallow_answers, slow])
async def test_what_it_commits_is_seen_through_others(blog: Blog, cut: Cut) -> None:
    await blog.rename("Whole")
    await blog.seen()
    await cut(blog.proxy)
    for title in map(str, range(ROUNDS)):
        assert await blog.rename(title) < LIMIT_SECONDS
        assert await blog.seen(**blog.ann.headers) == title
        assert await blog.seen() == title


async def test_commands_do_not_wait_where_no_process_reaches_redis(
    mysql_pair: MySQLPair, new_redis: Callable[..., RedisServer]
) -> None:
    """Except for the first one: from then on each process has detected the backlog."""
    redis = new_redis()
    settings = await migrated(mysql_pair, redis)
    async with running(settings) as container, fresh_api(container) as api:
        wait_for_redis(container, 0.05)
        ann = await api.person()
        redis.kill()
        await api.write(ann)
        seconds = []
        for _ in range(7):
            began = perf_counter()
            await api.write(ann)
            seconds.append(perf_counter() - began)
        assert median(seconds) < 0.5
        redis.start()
        backlog = container._resources.backlog
        await until(lambda: not backlog.exists, "the sweep has told all")
