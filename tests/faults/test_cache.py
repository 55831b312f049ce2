"""A Redis that forgets, comes back from a snapshot, is full, refuses or hangs: reads go on, and no
change stays hidden."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import pytest
import pytest_asyncio

from core.config import Settings
from infra.cache.floors import FloorCache
from tests.conftest import fresh_api, running
from tests.harness.mysql import MySQLPair
from tests.harness.redis_server import RedisServer
from tests.support.api import Api, Person
from tests.support.databases import migrated
from tests.support.machine import slowness
from tests.support.reads import timed_reads
from tests.support.server import serving
from tests.support.settings import environment_of
from tests.support.waiting import until


@dataclass
class Blog:
    """One blog behind two processes, with a post of which all have read."""

    one: Api
    other: Api
    redis: RedisServer
    ann: Person
    post: dict[str, Any]

    async def rename(self, title: str) -> None:
        path = f"/posts/{self.post['id']}"
        (await self.one.patch(path, self.ann, json={"title": title})).raise_for_status()

    async def seen(self, through: Api, **headers: str) -> tuple[str, str]:
        """What somebody sees who wrote nothing: the title in the list, and what the cache did."""
        through.tokens.clear()
        answer = (await through.get("/posts", headers=headers)).raise_for_status()
        return answer.json()["items"][0]["title"], answer.headers["X-Cache"]


@pytest_asyncio.fixture
async def own_settings(mysql_pair: MySQLPair) -> Settings:
    """A database of its own: servers with another Redis would tell that one of these changes."""
    return await migrated(mysql_pair)


@pytest_asyncio.fixture
async def blog(
    own_settings: Settings, new_redis: Callable[..., RedisServer]
) -> AsyncIterator[Blog]:
    async with a_blog(own_settings, new_redis()) as blog:
        yield blog


@asynccontextmanager
async def a_blog(settings: Settings, redis: RedisServer) -> AsyncIterator[Blog]:
    settings = settings.model_copy(update={"redis_url": redis.url})
    async with AsyncExitStack() as stack:
        containers = [await stack.enter_async_context(running(settings)) for _ in range(2)]
        one = await stack.enter_async_context(fresh_api(containers[0]))
        other = Api(containers[1], one.tenant)
        await stack.enter_async_context(other.client)
        ann = await one.person()
        blog = Blog(one, other, redis, ann, await one.write(ann, title="Old"))
        assert [(await blog.seen(api))[1] for api in (one, other)] == ["MISS", "HIT"]
        yield blog


async def test_one_that_was_emptied_is_filled_again(blog: Blog) -> None:
    blog.redis.flush()
    await blog.rename("New")
    blog.redis.flush()
    assert await blog.seen(blog.other) == ("New", "MISS")
    assert await blog.seen(blog.one) == ("New", "HIT")


async def test_a_snapshot_brings_back_nothing_that_is_given(blog: Blog) -> None:
    blog.redis.save()
    await blog.rename("New")
    assert await blog.seen(blog.other) == ("New", "MISS")
    blog.redis.kill()
    blog.redis.start()
    assert blog.redis.execute("DBSIZE") > 0
    for api in (blog.other, blog.one) * 3:
        assert (await blog.seen(api))[0] == "New"
    assert await blog.seen(blog.other) == ("New", "HIT")


async def test_one_that_is_full_hides_no_change(blog: Blog) -> None:
    blog.redis.execute("CONFIG", "SET", "maxmemory", 1)
    for title in ("New", "Newer"):
        await blog.rename(title)
        assert await blog.seen(blog.other) == (title, "BYPASS")
    blog.redis.execute("CONFIG", "SET", "maxmemory", 0)
    await until(lambda: not has_backlog(blog.other), "the sweep tells what was refused")
    assert [await blog.seen(blog.other) for _ in range(2)] == [("Newer", "MISS"), ("Newer", "HIT")]


async def test_one_that_refuses_gets_what_it_missed_later(blog: Blog) -> None:
    """Deletions fail too: until they succeed, this process bypasses it for the changed tags."""
    blog.redis.execute("CONFIG", "SET", "min-replicas-to-write", 1)
    await blog.rename("New")
    assert await blog.seen(blog.one) == ("New", "BYPASS")
    assert await blog.seen(blog.other) == ("New", "BYPASS")
    blog.redis.execute("CONFIG", "SET", "min-replicas-to-write", 0)
    floor = f"{await floors_of(blog.one).store.load_prefix()}{{{blog.one.tenant.hex}}}:floor:posts"
    before = blog.redis.execute("GET", floor)
    await until(lambda: blog.redis.execute("GET", floor) != before, "the sweep sends it")
    await until(lambda: not has_backlog(blog.other), "the sweep finds nothing late")
    await seen_as_a_hit(blog, blog.other)
    await until(lambda: is_all_sent(blog.one) and not has_backlog(blog.one), "the writer knows it")
    await seen_as_a_hit(blog, blog.one)


async def seen_as_a_hit(blog: Blog, through: Api) -> None:
    """Read until it is a hit: each sweep that sends the change makes one more miss."""
    async with asyncio.timeout(10):
        while (await blog.seen(through)) != ("New", "HIT"):
            assert (await blog.seen(through))[0] == "New"


def floors_of(api: Api) -> FloorCache:
    floors = api.container._resources.cache
    assert floors
    return floors


def has_backlog(api: Api) -> bool:
    return api.container._resources.backlog.exists


def is_all_sent(api: Api) -> bool:
    return not floors_of(api)._unsent.tags()


@pytest.mark.parametrize("known_by", ["token", "access token"])
async def test_a_writer_sees_its_change_where_there_is_no_replica(
    own_settings: Settings, new_redis: Callable[..., RedisServer], known_by: str
) -> None:
    """Through another process too, though Redis did not hear of the change."""
    alone = own_settings.model_copy(update={"database_replica_url": ()})
    async with a_blog(alone, new_redis()) as blog:
        blog.redis.execute("CONFIG", "SET", "min-replicas-to-write", 1)
        await blog.rename("New")
        token = {"Consistency-Token": blog.one.tokens[-1]}
        headers = token if known_by == "token" else token | blog.ann.headers
        assert (await blog.seen(blog.other, **headers))[0] == "New"
        blog.redis.execute("CONFIG", "SET", "min-replicas-to-write", 0)


@pytest.mark.timing
async def test_one_that_hangs_costs_little_and_hides_nothing(
    mysql_settings: Settings,
    api_on_mysql: Api,
    new_redis: Callable[..., RedisServer],
    tmp_path: Path,
) -> None:
    redis, ann = new_redis(), await api_on_mysql.person()
    post = await api_on_mysql.write(ann, title="Old")
    environment = environment_of(mysql_settings.model_copy(update={"redis_url": redis.url}))
    with serving(tmp_path, **environment) as server:
        api = api_on_mysql.through(server.address)
        path = f"/api/v1/posts/{post['id']}"

        async def reads(count: int, callers: int = 1) -> list[tuple[float, str]]:
            read = partial(timed_reads, server.address, path, dict(api.client.headers), count)
            many = await asyncio.gather(*(asyncio.to_thread(read) for _ in range(callers)))
            return [(seconds, post["title"]) for some in many for seconds, post in some]

        await reads(20)
        redis.suspend()
        hanging, after_that = await reads(30, callers=4), await reads(100)
        async with api.client:
            renamed = await api.patch(path.removeprefix("/api/v1"), ann, json={"title": "New"})
        assert renamed.is_success
        changed = await reads(10)
        redis.resume()
        changed += await reads(300)
    assert median(seconds for seconds, _ in hanging) < 0.06 * slowness()
    assert median(seconds for seconds, _ in after_that) < 0.005 * slowness()
    assert {title for _, title in changed} == {"New"}
