"""Limits of two servers under a crowd, while their Redis is up, is wiped, and is killed."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest_asyncio

from core.blog.container import blog_container
from domain.ids import new_id
from tests.harness.mysql import MySQLPair
from tests.harness.redis_server import RedisServer
from tests.support.api import Api, Person
from tests.support.databases import migrated
from tests.support.server import serving_beside
from tests.support.settings import environment_of

CROWD = 100
COMMANDS = 120  # of a user in a minute
EACH = 4  # commands of one of the crowd


@dataclass
class Crowd:
    """Clients of one user, half of them of each server."""

    servers: list[Api]
    redis: RedisServer
    user: Person

    async def come(self, user: Person | None = None) -> Counter[int]:
        """Let all send their commands; returns how often each status was the answer."""
        statuses: Counter[int] = Counter()

        async def send(server: Api) -> None:
            sent = 0
            while sent < EACH:
                answer = await server.delete(f"/posts/{new_id()}", user or self.user)
                # one whose connections are all in use says so, and has done nothing
                if answer.status_code != 503:
                    statuses[answer.status_code] += 1
                    sent += 1

        await asyncio.gather(*(send(self.servers[n % 2]) for n in range(CROWD)))
        return statuses


@pytest_asyncio.fixture
async def crowd(
    mysql_pair: MySQLPair, new_redis: Callable[..., RedisServer], tmp_path: Path
) -> AsyncIterator[Crowd]:
    redis = new_redis()
    settings = (await migrated(mysql_pair, redis)).model_copy(update={"rate_limits": ""})
    container = blog_container(settings)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(container.stop)
        api, servers = Api(container, new_id()), []
        await stack.enter_async_context(api.client)
        for number in range(2):
            folder = tmp_path / str(number)
            folder.mkdir()
            started = serving_beside(folder, **environment_of(settings))
            server = await stack.enter_async_context(started)
            servers.append(api.through(server.address))
            servers[-1].client.timeout = 30
            await stack.enter_async_context(servers[-1].client)
        yield Crowd(servers, redis, await servers[0].person())


async def test_a_crowd_gets_exactly_what_there_is(crowd: Crowd) -> None:
    assert await crowd.come() == {404: COMMANDS, 429: CROWD * EACH - COMMANDS}
    other = await crowd.servers[1].person()
    assert await crowd.come(other) == {404: COMMANDS, 429: CROWD * EACH - COMMANDS}


async def test_a_redis_that_forgets_grants_it_once_more(crowd: Crowd) -> None:
    coming = asyncio.create_task(crowd.come())
    await asyncio.sleep(0.2)
    crowd.redis.flush()
    statuses = await coming
    assert set(statuses) <= {404, 429}
    assert COMMANDS <= statuses[404] <= 2 * COMMANDS


async def test_without_redis_each_server_counts_for_itself(crowd: Crowd) -> None:
    coming = asyncio.create_task(crowd.come())
    await asyncio.sleep(0.2)
    crowd.redis.kill()
    statuses = await coming
    assert set(statuses) == {404, 429}
    assert COMMANDS <= statuses[404] <= 3 * COMMANDS
    # who has not used anything up is not refused
    for server in crowd.servers:
        other = await server.person()
        assert (await server.write(other))["title"] == "A title"
