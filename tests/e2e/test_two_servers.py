"""Two servers on a primary, a replica that is held back, and a Redis: whoever wrote sees it through
either, and so does everyone else in what was cached."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, ExitStack
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio

from core.config import Settings
from core.dependencies.container import Container
from tests.conftest import fresh_api, running
from tests.harness.mysql import MySQLPair, Replica
from tests.harness.redis_server import RedisServer
from tests.support.api import Api, Person
from tests.support.databases import migrated
from tests.support.metrics import read_metrics
from tests.support.server import Server, serving
from tests.support.settings import environment_of
from tests.support.waiting import until

KNOWN_BY = ("token", "access token", "nothing")
SECONDS_TO_HIT = 10


def first(body: dict[str, Any]) -> dict[str, Any]:
    """Return a post, or the first one of a list."""
    post: dict[str, Any] = body["items"][0] if "items" in body else body
    return post


@dataclass(frozen=True)
class Change:
    """Commands at one address, and what the addresses that show it show before and after each."""

    path: str
    shown_at: tuple[str, ...]
    look: Callable[[Any], object]
    before: object
    commands: tuple[tuple[str, dict[str, str] | None, object], ...]


CHANGES = {
    "an edit": Change(
        "/posts/{post}",
        ("/posts/{post}", "/posts"),
        lambda body: first(body)["title"],
        "Old",
        (("PATCH", {"title": "New"}, "New"), ("PATCH", {"title": "Newer"}, "Newer")),
    ),
    "a favourite": Change(
        "/posts/{post}/favorite",
        # others may see an older count on a list, whoever favours may not
        ("/posts/{post}", "/posts"),
        lambda body: first(body)["favorites_count"],
        0,
        (("PUT", None, 1), ("DELETE", None, 0)),
    ),
    "a follow": Change(
        "/users/{user}/follow",
        ("/users/{user}",),
        lambda body: (body["following"], body["followers_count"]),
        (False, 0),
        (("PUT", None, (True, 1)), ("DELETE", None, (False, 0))),
    ),
}


@pytest.fixture(scope="module")
def pair(new_module_mysql_pair: Callable[..., MySQLPair]) -> MySQLPair:
    """Servers of this module, whose replica it stops."""
    return new_module_mysql_pair()


@pytest_asyncio.fixture(scope="module")
async def settings(pair: MySQLPair, redis: RedisServer) -> Settings:
    return await migrated(pair, redis)


@pytest_asyncio.fixture(scope="module")
async def container(settings: Settings) -> AsyncIterator[Container]:
    async with running(settings) as container:
        yield container


@pytest.fixture(scope="module")
def started(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Server]]:
    """Two servers, each in a process of its own."""
    environment = environment_of(settings)
    with ExitStack() as stack:
        folders = [tmp_path_factory.mktemp("server") for _ in range(2)]
        yield [stack.enter_context(serving(folder, **environment)) for folder in folders]


@pytest_asyncio.fixture
async def servers(container: Container, started: list[Server]) -> AsyncIterator[list[Api]]:
    """Both servers, for a tenant that nobody knows yet."""
    async with AsyncExitStack() as stack:
        api = await stack.enter_async_context(fresh_api(container))
        through = [api.through(server.address) for server in started]
        for each in through:
            await stack.enter_async_context(each.client)
        yield through


@pytest.fixture
def replica(pair: MySQLPair, started: list[Server]) -> Iterator[Replica]:
    """The replica; a test may hold it back."""
    [replica] = pair.replicas
    yield replica
    replica.start_applying()
    replica.wait_until_caught_up()


async def test_nobody_reads_the_past(servers: list[Api], replica: Replica) -> None:
    one, other = servers
    ann = await one.person()
    edited, deleted = await one.write(ann, title="Before"), await one.write(ann, title="To go")
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


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
async def test_whoever_wrote_sees_it_in_hits(
    servers: list[Api], replica: Replica, change: Change
) -> None:
    """By the access token alone, at addresses that each server has answered before."""
    ann, bob = [await servers[0].person() for _ in range(2)]
    post = (await servers[0].write(ann, title="Old"))["id"]
    path, *addresses = [
        each.format(post=post, user=bob.username) for each in (change.path, *change.shown_at)
    ]
    replica.wait_until_caught_up()
    caller = _Caller(servers, ann, addresses, change.look)
    await caller.sees(change.before)
    replica.stop_applying()
    # each command through either server
    through = [*servers, *reversed(servers)]
    for server, (method, body, after) in zip(through, change.commands * 2, strict=True):
        await caller.does(server, method, path, body)
        await caller.sees(after)


async def test_a_crowd_that_misses_one_answer_loads_it_once(
    servers: list[Api], pair: MySQLPair, settings: Settings
) -> None:
    """200 of them, over both servers."""
    ann = await servers[0].person()
    for number in range(20):
        await servers[0].write(ann, title=f"post {number}")
    # a change that any process sends again makes another load necessary
    left = f"SELECT id FROM {settings.primary.database}.touched"
    await until(lambda: not pair.primary.execute(left), "all changes are sent and forgotten")
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


class _Caller:
    """Somebody known by the access token alone, who reads the same addresses again and again."""

    def __init__(
        self,
        servers: list[Api],
        person: Person,
        addresses: list[str],
        look: Callable[[Any], object],
    ) -> None:
        self._servers = servers
        self._person = person
        self._look = look
        self._etags = dict.fromkeys(addresses, '"none"')

    async def does(self, server: Api, method: str, path: str, body: dict[str, str] | None) -> None:
        server.tokens.clear()
        (await server.call(method, path, self._person, json=body)).raise_for_status()

    async def sees(self, shown: object) -> None:
        """At all addresses, through both servers: no ETag of before is that of the answer."""
        for address, etag in self._etags.items():
            for server in self._servers:
                self._etags[address] = await self._reads(server, address, etag, shown)

    async def _reads(self, server: Api, address: str, former: str, shown: object) -> str:
        """Read until both the plain and the conditional answer are hits; returns the ETag."""
        outcomes: list[str] = []
        async with asyncio.timeout(SECONDS_TO_HIT):
            while outcomes[-2:] != ["HIT", "HIT"]:
                for sent in ({"If-None-Match": former}, {}):
                    server.tokens.clear()
                    answer = await server.get(address, self._person, headers=sent)
                    assert answer.status_code == 200
                    assert self._look(answer.json()) == shown
                    outcomes.append(answer.headers["X-Cache"])
        return answer.headers["ETag"]


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
