"""Writers that are killed between COMMIT and invalidation: the sweep sends what they could not."""

import asyncio
import multiprocessing
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial
from multiprocessing.context import ForkServerProcess
from time import monotonic
from uuid import UUID

import pytest_asyncio

from application.post.commands import PostCommand, PostCommandService
from core.blog.container import blog_container
from core.config import Settings
from core.dependencies.container import Container
from tests.conftest import fresh_api, wait_for_redis
from tests.harness.mysql import MySQLPair
from tests.harness.mysql_server import MySQLServer
from tests.harness.proxy import TcpProxy
from tests.harness.redis_server import RedisServer
from tests.support.api import Api
from tests.support.waiting import until

WRITERS = 20
# one until a change counts as left behind, one until the next sweep, and what that takes
SECONDS_TO_BE_SENT = 3.5
processes = multiprocessing.get_context("forkserver")
processes.set_forkserver_preload([__name__])


def write(settings: Settings, tenant: UUID, access_token: str) -> None:
    """Write a post, as a process of its own."""
    asyncio.run(_write(settings, tenant, access_token))


async def _write(settings: Settings, tenant: UUID, access_token: str) -> None:
    container = blog_container(settings)
    wait_for_redis(container, seconds=60)
    scope = container.scope(tenant, await container.caller_of(access_token, tenant))
    command = PostCommand.model_validate({"title": "T", "body": "B", "status": "published"})
    await scope[PostCommandService].create_post(command)


@dataclass(frozen=True)
class Blog:
    """A blog of which the cache knows that it has no post, and who is about to write one."""

    api: Api
    writer: ForkServerProcess

    async def shown(self) -> tuple[int, str]:
        self.api.tokens.clear()
        answer = await self.api.get("/posts")
        return answer.json()["total"], answer.headers["X-Cache"]


@pytest_asyncio.fixture
async def blogs(
    mysql_container: Container, mysql_settings: Settings, redis: RedisServer
) -> AsyncIterator[list[Blog]]:
    async with AsyncExitStack() as stack:
        proxy = await stack.enter_async_context(TcpProxy(redis.host, redis.port))
        proxy.stall()
        url = f"redis://{proxy.host}:{proxy.port}/0"
        settings = mysql_settings.model_copy(update={"redis_url": url})
        blogs = []
        for _ in range(WRITERS):
            api = await stack.enter_async_context(fresh_api(mysql_container))
            token = (await api.person()).access_token
            writer = processes.Process(target=write, args=(settings, api.tenant, token))
            blogs.append(Blog(api, writer))
        yield blogs


async def test_what_they_wrote_is_soon_seen(
    blogs: list[Blog], mysql_pair: MySQLPair, mysql_settings: Settings
) -> None:
    assert [[await blog.shown() for _ in range(2)][1] for blog in blogs] == [(0, "HIT")] * WRITERS
    there = partial(tenants_in, primary=mysql_pair.primary, settings=mysql_settings)
    starting = asyncio.gather(*(asyncio.to_thread(blog.writer.start) for blog in blogs))
    committed = await killed_after_commit(blogs, partial(there, "post"))
    await starting
    assert {blog.writer.exitcode for blog in blogs} == {-signal.SIGKILL}
    for blog in blogs:
        while (await blog.shown())[0] == 0:
            late = monotonic() - committed[blog.api.tenant]
            assert late < SECONDS_TO_BE_SENT
            await asyncio.sleep(0.05)  # the loop is the test's and the sweep's
    await until(lambda: there("touched").isdisjoint(committed), "the sweep tells all of them")


async def killed_after_commit(
    blogs: list[Blog], written: Callable[[], set[UUID]]
) -> dict[UUID, float]:
    """Kill each writer when its post is there; returns when that was."""
    committed: dict[UUID, float] = {}
    while len(committed) < len(blogs):
        new = written() - committed.keys()
        for blog in blogs:
            if blog.api.tenant in new:
                blog.writer.kill()
                committed[blog.api.tenant] = monotonic()
        await asyncio.sleep(0.01)
    for blog in blogs:
        await asyncio.to_thread(blog.writer.join)
    return committed


def tenants_in(table: str, primary: MySQLServer, settings: Settings) -> set[UUID]:
    rows = primary.execute(f"SELECT DISTINCT tenant FROM `{settings.primary.database}`.{table}")
    return {UUID(bytes=tenant) for (tenant,) in rows}
