"""Replicas that are killed, late, unfit, or whose primary is lost: reads go on, and stay true."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from functools import partial
from typing import Any

import pytest
import pytest_asyncio

from application.unit_of_work import Unavailable
from core.config import Settings
from core.dependencies.container import Container
from infra.database import write_unit_of_work
from infra.database.replica_watch import ReplicaWatch
from infra.database.replicas import Reads, Replica
from infra.database.sessions import Timeout
from tests.conftest import fresh_api, running
from tests.harness.mysql import MySQLPair
from tests.harness.redis_server import RedisServer
from tests.support.api import Api, Person
from tests.support.databases import migrated
from tests.support.metrics import read_metrics
from tests.support.waiting import until, until_answered

UNKNOWN = {"Consistency-Token": ""}
on_own_pair = pytest.mark.parametrize("pair", ["own_pair"], indirect=True)


def reads_of(api: Api) -> Reads:
    return api.container._resources.reads


def left_out(replica: Replica) -> Callable[[], bool]:
    return lambda: replica.why_not is not None


def is_read(replica: Replica) -> Callable[[], bool]:
    return lambda: replica.why_not is None


async def status_of_list(api: Api, person: Person | None = None) -> int:
    headers = UNKNOWN | (person.headers if person else {})
    return (await api.get("/posts", headers=headers)).status_code


@pytest.fixture(scope="module")
def pair_of_module(new_module_mysql_pair: Callable[..., MySQLPair]) -> MySQLPair:
    return new_module_mysql_pair(replicas=2)


@pytest.fixture
def mended_pair(pair_of_module: MySQLPair) -> Iterator[MySQLPair]:
    """Servers to kill, stop, suspend and hold back: for the next test all run again."""
    yield pair_of_module
    for server in (pair_of_module.primary, *pair_of_module.replicas):
        server.resume()
        if not server.is_running():
            server.start()
    for replica in pair_of_module.replicas:
        replica.start_applying()


@pytest.fixture
def own_pair(new_mysql_pair: Callable[..., MySQLPair]) -> MySQLPair:
    """Servers to set up otherwise, too."""
    return new_mysql_pair(replicas=2)


@pytest.fixture
def pair(request: pytest.FixtureRequest) -> MySQLPair:
    found: MySQLPair = request.getfixturevalue(getattr(request, "param", "mended_pair"))
    return found


@pytest_asyncio.fixture
async def settings(pair: MySQLPair) -> Settings:
    return (await migrated(pair)).model_copy(update={"replica_max_lag": 1.0})


@pytest_asyncio.fixture
async def container(settings: Settings) -> AsyncIterator[Container]:
    async with running(settings) as container:
        for replica in container._resources.reads.replicas:
            await until(is_read(replica), "replicas that have only just started are read")
        yield container


@pytest_asyncio.fixture
async def api(container: Container) -> AsyncIterator[Api]:
    async with fresh_api(container) as api:
        yield api


async def test_reads_are_shared_among_replicas(api: Api, pair: MySQLPair) -> None:
    before = [replica.statement_counts() for replica in pair.replicas]
    for _ in range(20):
        await status_of_list(api)
    for replica, count in zip(pair.replicas, before, strict=True):
        assert (replica.statement_counts() - count)["select"] >= 10


async def test_with_a_replica_killed_reads_go_on(api: Api, pair: MySQLPair) -> None:
    ann = await api.person()
    for _ in range(10):
        await status_of_list(api)
    pair.replicas[0].kill()
    assert [await status_of_list(api) for _ in range(20)] == [200] * 20
    assert [await status_of_list(api, ann) for _ in range(20)] == [200] * 20
    dead, alive = reads_of(api).replicas
    assert dead.why_not
    assert alive.why_not is None
    pair.replicas[0].start()
    await until(is_read(dead), "the replica that came back is read again")


async def test_with_all_replicas_killed_the_primary_answers(api: Api, pair: MySQLPair) -> None:
    ann = await api.person()
    for replica in pair.replicas:
        replica.kill()
    assert [await status_of_list(api, ann) for _ in range(20)] == [200] * 20
    assert [await status_of_list(api) for _ in range(20)] == [200] * 20
    ready = (await api.client.get("/readyz")).json()
    assert ready["status"] == "ready"
    assert not any(replica["is_read"] for replica in ready["replicas"])
    assert "No replica can be read: reads go to the primary." in ready["notes"]


async def test_reads_on_their_way_to_a_replica_that_hangs_are_answered_elsewhere(
    api: Api, pair: MySQLPair
) -> None:
    for server in pair.replicas:
        server.suspend()
    statuses = await asyncio.gather(*(status_of_list(api) for _ in range(45)))
    for server in pair.replicas:
        server.resume()
    assert statuses == [200] * 45


async def test_a_replica_that_is_shut_down_gives_nobody_an_error(api: Api, pair: MySQLPair) -> None:
    statuses: list[int] = []

    async def read_on() -> None:
        while pair.replicas[0].answers():
            statuses.append(await status_of_list(api))
        statuses.append(await status_of_list(api))

    readers = [asyncio.create_task(read_on()) for _ in range(8)]
    await asyncio.to_thread(pair.replicas[0].stop)
    await asyncio.gather(*readers)
    assert set(statuses) == {200}


async def test_a_primary_that_takes_no_writes_is_unavailable_for_now(
    api: Api, pair: MySQLPair
) -> None:
    ann = await api.person()
    body = {"title": "t", "body": "b"}
    pair.primary.execute("SET GLOBAL super_read_only = ON")
    assert (await api.post("/posts", ann, json=body)).status_code == 503
    pair.primary.execute("SET GLOBAL super_read_only = OFF")
    pair.primary.execute("SET GLOBAL read_only = OFF")
    assert (await api.post("/posts", ann, json=body)).status_code == 201


async def test_a_primary_that_hangs_is_unavailable_for_now(
    api: Api, pair: MySQLPair, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = await api.person()
    pair.primary.suspend()
    with monkeypatch.context() as patch:
        patch.setattr(write_unit_of_work, "_OF_WRITES", Timeout(0.5, Unavailable))
        answer = await api.post("/posts", ann, json={"title": "t", "body": "b"})
    assert (answer.status_code, answer.json()["detail"]) == (503, "The database does not answer.")
    pair.primary.resume()
    assert (await api.write(ann))["version"] == 1


async def test_a_hung_replica_is_left_out(api: Api, pair: MySQLPair) -> None:
    hung, _ = reads_of(api).replicas
    pair.replicas[0].suspend()
    await until(left_out(hung), "a replica that does not answer the watch is left out")
    assert [await status_of_list(api) for _ in range(5)] == [200] * 5
    pair.replicas[0].resume()
    await until(is_read(hung), "it answers again")


async def test_a_replica_too_far_behind_is_left_out_until_it_is_back(
    api: Api, pair: MySQLPair
) -> None:
    late, well = reads_of(api).replicas
    pair.replicas[0].stop_applying()
    await api.person()
    await until(left_out(late), "a replica beyond REPLICA_MAX_LAG is left out")
    assert "REPLICA_MAX_LAG" in str(late.why_not)
    assert well.why_not is None
    assert well.lag_seconds == 0
    metrics = await read_metrics(api.client)
    shown = [metrics.value("replica_is_read", replica=each.name) for each in (late, well)]
    assert shown == [0, 1]
    assert metrics.value("replica_lag_seconds", replica=late.name) > 1
    pair.replicas[0].start_applying()
    await until(is_read(late), "it has caught up")


@on_own_pair
async def test_a_replica_that_commits_out_of_order_is_not_read(api: Api, pair: MySQLPair) -> None:
    unfit, _ = reads_of(api).replicas
    server = pair.replicas[0]
    server.execute("STOP REPLICA")
    server.execute("SET GLOBAL replica_preserve_commit_order = OFF")
    server.execute("START REPLICA")
    await until(left_out(unfit), "it is seen to be unfit")
    assert "replica_preserve_commit_order" in str(unfit.why_not)
    ready = (await api.client.get("/readyz")).json()
    assert ready["replicas"][0]["why_not"] == unfit.why_not
    server.execute("STOP REPLICA")
    server.execute("SET GLOBAL replica_parallel_workers = 1")
    server.execute("START REPLICA")
    await until(is_read(unfit), "one worker keeps the order")


@on_own_pair
async def test_without_gtids_no_replica_is_read(api: Api, pair: MySQLPair) -> None:
    ann = await api.person()
    replica, _ = reads_of(api).replicas
    for mode in ("ON_PERMISSIVE", "OFF_PERMISSIVE"):
        pair.primary.execute(f"SET GLOBAL gtid_mode = {mode}")
    await until(left_out(replica), "the watch sees the primary's mode")
    assert "gtid_mode=ON" in str(replica.why_not)
    post = await api.write(ann)
    assert (await api.get(f"/posts/{post['id']}", ann)).status_code == 200


async def test_no_replica_is_read_once_nobody_watches(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    replica, _ = reads_of(api).replicas

    async def broken(_self: ReplicaWatch) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(ReplicaWatch, "check", broken)
    await until(left_out(replica), "a watch that fails leaves the replicas out")
    assert await status_of_list(api) == 200
    monkeypatch.undo()
    await until(is_read(replica), "it looks again")


async def test_with_the_primary_killed_replicas_answer_who_did_not_write(
    api: Api, pair: MySQLPair
) -> None:
    ann = await api.person()
    post = await api.write(ann)
    for replica in pair.replicas:
        replica.wait_until_caught_up()
    pair.primary.kill()
    answers = [await api.get(f"/posts/{post['id']}", headers=UNKNOWN) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [200] * 5
    refused = await api.post("/posts", ann, json={"title": "t", "body": "b"})
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "1")
    ready = await api.client.get("/readyz")
    assert (ready.status_code, ready.json()["primary"]) == (503, "down")
    pair.primary.start()
    assert (await api.write(ann))["version"] == 1


async def token_of(api: Api, by: Person) -> dict[str, str]:
    """Make a personal token; returns the header that shows it."""
    body = {"name": "Script", "scopes": ["write"]}
    made = (await api.post("/users/me/tokens", by, json=body)).raise_for_status().json()
    return {"Authorization": f"Bearer {made['token']}"}


async def test_with_the_primary_killed_a_known_personal_token_reads(
    pair: MySQLPair, redis: RedisServer
) -> None:
    settings = await migrated(pair, redis)
    async with running(settings) as container, fresh_api(container) as api:
        ann = await api.person()
        known, unknown = [await token_of(api, ann) for _ in range(2)]
        for replica in pair.replicas:
            replica.wait_until_caught_up()
        assert (await api.get("/tags", headers=known)).status_code == 200
        pair.primary.kill()
        await asyncio.sleep(0.6)  # a token is good for half a second without being looked up
        for _ in range(2):
            for path in ("/tags", "/posts?sort=title", "/users/me"):
                assert (await api.get(path, headers=known)).status_code == 200, path
            for answer in (
                await api.get("/tags", headers=unknown),
                await api.post("/posts", headers=unknown, json={"title": "t", "body": "b"}),
            ):
                assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
                assert answer.json()["type"] == "urn:broadsheet:problem:unavailable"
        pair.primary.start()
        await until_answered(partial(api.get, "/tags", headers=unknown), 200, within=10)


@on_own_pair
async def test_a_lost_primary_takes_only_what_it_had_not_passed_on(
    pair: MySQLPair, settings: Settings
) -> None:
    """The heir lacks the old primary's last commits: their positions are dropped."""
    heir, other = pair.replicas
    async with running(settings) as before, fresh_api(before) as api:
        ann = await api.person()
        kept = await api.write(ann, title="kept")
        for replica in pair.replicas:
            replica.wait_until_caught_up()
            replica.execute("STOP REPLICA IO_THREAD")
        await api.write(ann, title="lost")
        token = api.tokens[-1]
    pair.primary.kill()
    heir.promote()
    other.replicate_from(heir)
    after = inherited(settings, heir.port, other.port)
    async with running(after) as container:
        api = Api(container, api.tenant)
        async with api.client:
            await check_inheritance(api, ann, kept, token)


def inherited(settings: Settings, primary: int, replica: int) -> Settings:
    """The settings once another server is the primary."""
    database = settings.primary.database
    url = f"mysql://root:test@127.0.0.1:{{}}/{database}"
    urls = {"database_url": url.format(primary), "database_replica_url": (url.format(replica),)}
    return settings.model_copy(update=urls)


async def check_inheritance(api: Api, ann: Person, kept: dict[str, Any], token: str) -> None:
    path, headers = f"/posts/{kept['id']}", {"Consistency-Token": token}
    counts = reads_of(api).counts
    [replica] = reads_of(api).replicas
    await until(lambda: replica.why_not is None, "the replica of the new primary is read")
    for _ in range(5):
        assert (await api.get(path, headers=headers)).json()["title"] == "kept"
    # waited for once; by then it is known that it is nowhere any more
    assert (counts.timeouts, counts.on_replica) == (1, 4)
    await api.patch(path, ann, json={"title": "new"})
    mixed = {"Consistency-Token": f"{token},{api.tokens[-1]}"}
    assert (await api.get(path, headers=mixed)).json()["title"] == "new"
