"""An unresponsive server delays no call beyond eight seconds, nor the shutdown."""

import asyncio
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import URL

from core.config import Settings
from tests.harness.mysql import MySQLPair
from tests.harness.proxy import TcpProxy
from tests.harness.redis_server import RedisServer
from tests.support.api import PASSWORD, Api, Person
from tests.support.server import Server, serving_beside
from tests.support.settings import environment_of

LIMIT_SECONDS = 8
SECONDS_TO_END = 20
DRAFT = {"title": "A title", "body": "A body", "status": "draft"}
Call = tuple[str, str, dict[str, Any]]


@dataclass
class Blog:
    """A server in a process of its own, with a proxy before each of its servers."""

    server: Server
    api: Api
    proxies: dict[str, TcpProxy]
    ann: Person
    post: str

    def calls(self) -> list[Call]:
        """All kinds of calls, by a caller with a recent write and by an anonymous one."""
        post, by_ann = f"/api/v1/posts/{self.post}", {"headers": self.ann.headers}
        by_token = {"headers": {"Consistency-Token": self.api.tokens[-1]}}
        past_cache = {"headers": self.ann.headers | {"Cache-Control": "no-cache"}}
        login = {"data": {"username": self.ann.username, "password": PASSWORD}}
        return [
            ("GET", "/healthz", {}),
            ("GET", "/readyz", {}),
            ("GET", "/api/v1/posts", {}),
            ("GET", "/api/v1/posts", by_token),
            ("GET", "/api/v1/posts", past_cache),
            ("GET", post, by_ann),
            ("GET", "/api/v1/users/me", by_ann),
            ("GET", f"/api/v1/users/{self.ann.username}", by_ann),
            ("GET", "/api/v1/tags", {}),
            ("POST", "/api/v1/auth/token", login),
            ("POST", "/api/v1/posts", by_ann | {"json": DRAFT}),
            ("POST", f"{post}/comments", by_ann | {"json": {"body": "Hm."}}),
            ("PATCH", post, by_ann | {"json": {"body": "Another"}}),
            ("PUT", f"{post}/favorite", by_ann),
        ]

    async def seconds_of(self, call: Call) -> float:
        """Return the duration of a call, which must end with an answer of any valid status."""
        method, path, options = call
        # a kept connection may reach its idle timeout at the moment in which it is used again
        headers = {"Connection": "close"} | options.get("headers", {})
        began = perf_counter()
        answer = await self.api.client.request(
            method, path, timeout=60, **options | {"headers": headers}
        )
        assert answer.status_code < 500 or answer.status_code == 503
        return perf_counter() - began


def through(url: URL, proxy: TcpProxy) -> str:
    return url.set(port=proxy.port).render_as_string(hide_password=False)


@pytest_asyncio.fixture
async def blog(
    api_on_mysql: Api,
    mysql_settings: Settings,
    mysql_pair: MySQLPair,
    redis: RedisServer,
    tmp_path: Path,
) -> AsyncIterator[Blog]:
    targets = {
        "primary": (mysql_pair.primary.host, mysql_pair.primary.port),
        "replica": (mysql_pair.replicas[0].host, mysql_pair.replicas[0].port),
        "redis": (redis.host, redis.port),
    }
    async with AsyncExitStack() as stack:
        proxies = {
            name: await stack.enter_async_context(TcpProxy(*target))
            for name, target in targets.items()
        }
        settings = mysql_settings.model_copy(
            update={
                "database_url": through(mysql_settings.primary, proxies["primary"]),
                "database_replica_url": (through(mysql_settings.replicas[0], proxies["replica"]),),
                "redis_url": proxies["redis"].url_to(redis.url),
            }
        )
        started = serving_beside(tmp_path, **environment_of(settings))
        server = await stack.enter_async_context(started)
        api = api_on_mysql.through(server.address)
        await stack.enter_async_context(api.client)
        ann = await api.person()
        yield Blog(server, api, proxies, ann, (await api.write(ann))["id"])


@pytest.fixture
def held_replica(mysql_pair: MySQLPair) -> Iterator[None]:
    mysql_pair.replicas[0].wait_until_caught_up()
    mysql_pair.replicas[0].stop_applying()
    yield
    mysql_pair.replicas[0].start_applying()


@pytest.mark.parametrize("name", ["primary", "replica", "redis"])
async def test_every_call_ends(blog: Blog, name: str) -> None:
    for call in blog.calls():
        await blog.seconds_of(call)
    blog.proxies[name].swallow()
    seconds = await asyncio.gather(*map(blog.seconds_of, blog.calls()))
    # again, now that the processes have detected the failure
    seconds += await asyncio.gather(*map(blog.seconds_of, blog.calls()))
    assert max(seconds) < LIMIT_SECONDS


@pytest.mark.usefixtures("held_replica")
async def test_a_read_of_what_no_server_shows_ends(blog: Blog) -> None:
    """The replica lacks what its caller wrote, and the primary is silent."""
    await blog.api.write(blog.ann)
    past_cache = blog.ann.headers | {
        "Consistency-Token": blog.api.tokens[-1],
        "Cache-Control": "no-cache",
    }
    reads: list[Call] = [("GET", "/api/v1/posts", {"headers": past_cache})] * 3
    await blog.seconds_of(reads[0])
    blog.proxies["primary"].swallow()
    assert max(await asyncio.gather(*map(blog.seconds_of, reads))) < LIMIT_SECONDS
    began = perf_counter()
    blog.server.process.send_signal(signal.SIGTERM)
    await asyncio.to_thread(blog.server.process.wait, 60)
    assert perf_counter() - began < SECONDS_TO_END
