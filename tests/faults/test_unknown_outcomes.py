"""After a commit whose outcome is unknown its caller reads the primary, through any process."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio

from core.config import Settings
from infra.database import unknown_outcomes
from infra.database.unknown_outcomes import UNKNOWN, is_unknown, unknown_outcome
from tests.conftest import fresh_api, running
from tests.harness.mysql import MySQLPair
from tests.harness.proxy import Direction, TcpProxy
from tests.support.api import Api, Person
from tests.support.commits import at_commit
from tests.support.waiting import until

DRAFT = {"title": "A title", "body": "First", "status": "draft"}
Hold = Callable[[], Awaitable[None]]
KEY = {"Idempotency-Key": "the same"}


@dataclass
class Blog:
    """One blog behind two processes, of which the first reaches the primary through a proxy."""

    one: Api
    other: Api
    proxy: TcpProxy
    ann: Person

    async def lose_commit(self, method: str, path: str, **options: Any) -> str:
        """Call a command whose COMMIT takes place, and is not answered; returns its token."""
        with at_commit(self.one, lambda: self.proxy.swallow(Direction.TO_CLIENT)):
            answer = await self.one.call(method, path, self.ann, **options)
        self.proxy.resume()
        assert (answer.status_code, answer.json()["type"]) == (
            503,
            "urn:broadsheet:problem:outcome-unknown",
        )
        return answer.headers["Consistency-Token"]

    async def drafts(self, headers: dict[str, str]) -> list[int]:
        """Count ann's drafts, six times in turn through both processes, by these headers alone."""
        path = "/api/v1/posts?status=draft"
        answers = [
            await api.client.get(path, headers=headers) for api in (self.one, self.other) * 3
        ]
        return [answer.json()["total"] for answer in answers]


@pytest_asyncio.fixture
async def blog(mysql_settings: Settings, mysql_pair: MySQLPair) -> AsyncIterator[Blog]:
    primary = mysql_pair.primary
    async with AsyncExitStack() as stack:
        proxy = await stack.enter_async_context(TcpProxy(primary.host, primary.port))
        url = mysql_settings.primary.set(port=proxy.port).render_as_string(hide_password=False)
        # it is read on, however late it gets
        patient = mysql_settings.model_copy(update={"replica_max_lag": 60})
        through = patient.model_copy(update={"database_url": url})
        containers = [await stack.enter_async_context(running(each)) for each in (through, patient)]
        one = await stack.enter_async_context(fresh_api(containers[0]))
        other = Api(containers[1], one.tenant)
        await stack.enter_async_context(other.client)
        yield Blog(one, other, proxy, await one.person())


@pytest.fixture
def hold(mysql_settings: Settings, mysql_pair: MySQLPair) -> Iterator[Hold]:
    """Holds the replica back until the end of the test, once no process has anything to tell."""
    replica = mysql_pair.replicas[0]
    left = f"SELECT COUNT(*) FROM {mysql_settings.primary.database}.touched"

    async def hold() -> None:
        await until(lambda: mysql_pair.primary.execute(left) == [(0,)], "the sweeps are through")
        replica.wait_until_caught_up()
        replica.stop_applying()

    yield hold
    replica.start_applying()


async def test_its_author_reads_what_was_done(blog: Blog, hold: Hold) -> None:
    """A draft: no row tells other processes of it."""
    await hold()
    token = await blog.lose_commit("POST", "/posts", json=DRAFT)
    by_both = blog.ann.headers | {"Consistency-Token": token}
    for headers in (blog.ann.headers, by_both):
        assert await blog.drafts(headers) == [1] * 6


async def test_who_sends_it_again_reads_it(blog: Blog, hold: Hold) -> None:
    """Through another process, with the same key, while the replica is held back."""
    ann = blog.ann
    await hold()
    await blog.lose_commit("POST", "/posts", json=DRAFT, headers=KEY)
    again = await blog.other.post("/posts", ann, json=DRAFT, headers=KEY)
    assert (again.status_code, again.headers["Idempotency-Replayed"]) == (201, "true")
    token = {"Consistency-Token": again.headers["Consistency-Token"]}
    for headers in (ann.headers, ann.headers | token):
        assert await blog.drafts(headers) == [1] * 6


def test_an_unknown_outcome_is_certain_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    position = unknown_outcome()
    assert is_unknown(position)
    assert not is_unknown(position.without(UNKNOWN))
    at = position.sequences[UNKNOWN]
    monkeypatch.setattr(unknown_outcomes, "time", lambda: float(at))
    assert not is_unknown(position)
