"""Two servers on a primary, a replica that is held back, and a Redis: whoever wrote sees it through
either, and so does everyone else in what was cached."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from tests.conftest import fresh_api, migrated, running
from tests.harness.mysql import MySQLPair
from tests.harness.redis_server import RedisServer
from tests.support.api import Api, Person
from tests.support.metrics import read_metrics
from tests.support.server import serving
from tests.support.settings import environment_of

KNOWN_BY = ("token", "access token", "nothing")


@pytest.fixture
def pair(new_mysql_pair: Callable[..., MySQLPair]) -> MySQLPair:
    return new_mysql_pair()


@pytest_asyncio.fixture
async def servers(
    pair: MySQLPair, redis: RedisServer, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[list[Api]]:
    settings = await migrated(pair, redis)
    folders: list[Path] = [tmp_path_factory.mktemp("server") for _ in range(2)]
    async with AsyncExitStack() as stack:
        container = await stack.enter_async_context(running(settings))
        api = await stack.enter_async_context(fresh_api(container))
        started = [
            stack.enter_context(serving(folder, **environment_of(settings))) for folder in folders
        ]
        through = [api.through(server.address) for server in started]
        for each in through:
            await stack.enter_async_context(each.client)
        yield through


async def test_nobody_reads_the_past(servers: list[Api], pair: MySQLPair) -> None:
    one, other = servers
    ann = await one.person()
    edited, deleted = await one.write(ann, title="Before"), await one.write(ann, title="To go")
    [replica] = pair.replicas
    replica.wait_until_caught_up()
    blog = _Blog(servers, ann)
    for _ in range(2):
        await blog.all_see("", {"Before", "To go"})
    replica.stop_applying()
    await one.write(ann, title="Created")
    await blog.all_see(one.tokens[-1], {"Before", "To go", "Created"})
    await other.patch(f"/posts/{edited['id']}", ann, json={"title": "After"})
    await blog.all_see(other.tokens[-1], {"After", "To go", "Created"})
    await one.delete(f"/posts/{deleted['id']}", ann)
    await blog.all_see(one.tokens[-1], {"After", "Created"}, deleted["id"])
    assert blog.outcomes >= {"HIT", "MISS", "BYPASS"}


async def test_a_crowd_that_misses_one_answer_loads_it_once(servers: list[Api]) -> None:
    """200 of them, over both servers."""
    ann = await servers[0].person()
    for number in range(20):
        await servers[0].write(ann, title=f"post {number}")
    for api in servers:
        api.tokens.clear()
        await api.get("/tags")  # its connections are open
    before = [await loads(api) for api in servers]
    answers = await asyncio.gather(*(servers[n % 2].get("/posts?limit=7") for n in range(200)))
    after = [await loads(api) for api in servers]
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    assert sum(after) - sum(before) == 1


async def loads(api: Api) -> float:
    return (await read_metrics(api.client)).value("cache_loads_total")


class _Blog:
    """One blog behind two servers, and what the cache did with the reads of it."""

    def __init__(self, servers: list[Api], author: Person) -> None:
        self.servers = servers
        self.author = author
        self.outcomes: set[str] = set()

    async def all_see(self, token: str, titles: set[str], gone: str | None = None) -> None:
        """Through both servers, cached and not, however they are known."""
        for past_cache in (False, True):
            for known_by in KNOWN_BY:
                if past_cache and known_by == "nothing":
                    continue  # it asks for what the replica has
                headers = {"Cache-Control": "no-cache"} if past_cache else {}
                headers |= self._headers(known_by, token)
                for api in self.servers * 2:
                    await self._sees(api, headers, titles, gone)

    def _headers(self, known_by: str, token: str) -> dict[str, str]:
        if known_by == "token":
            return {"Consistency-Token": token}
        return self.author.headers if known_by == "access token" else {}

    async def _sees(
        self, api: Api, headers: dict[str, str], titles: set[str], gone: str | None
    ) -> None:
        api.tokens.clear()
        listed = (await api.get("/posts", headers=headers)).raise_for_status()
        items: list[dict[str, Any]] = listed.json()["items"]
        assert {post["title"] for post in items} == titles
        alone = [api.get(f"/posts/{post['id']}", headers=headers) for post in items]
        for answer, post in zip(await asyncio.gather(*alone), items, strict=True):
            assert answer.json()["title"] == post["title"]
        if gone:
            answer = await api.get(f"/posts/{gone}", headers=headers)
            if "Authorization" in headers:  # its author may restore it
                assert answer.json()["deleted_at"]
            else:
                assert answer.status_code == 404
        self.outcomes.add(listed.headers["X-Cache"])
