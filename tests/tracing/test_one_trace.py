"""One trace from the request to the mails, across processes, past a worker that is killed."""

import asyncio
import os
import signal
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio
from sqlalchemy import select

from core.blog.container import blog_container
from infra.blog.post.table import posts
from tests.conftest import CHEAP_HASH, fresh_api
from tests.harness.collector import Collector, Numbers, Received, collecting
from tests.harness.mysql import MySQLPair
from tests.harness.rabbitmq_server import RabbitMQServer
from tests.harness.redis_server import RedisServer
from tests.support.api import PASSWORD, Api
from tests.support.databases import migrated
from tests.support.jobs import ended, jobs_done
from tests.support.mail_desk import PUBLIC_URL, Desk
from tests.support.mail_server import Post
from tests.support.server import serving
from tests.support.settings import SECRET, environment_of
from tests.support.worker import working
from tests.tracing.test_metrics import samples_of, sent

FOLLOWERS, POSTS, BEFORE = 2, 20, 10
ALL = {
    "OTEL_METRICS_EXPORTER": "otlp",
    "OTEL_METRIC_EXPORT_INTERVAL": "500",
    "OTEL_LOGS_EXPORTER": "otlp",
    "OTEL_BLRP_SCHEDULE_DELAY": "500",
}
REQUESTS = "broadsheet_http_request_duration_seconds"
TAGS = frozenset({("route", "/api/v1/tags")})
_TIMEOUT_SECONDS = 120


@dataclass(frozen=True)
class Everything:
    """Two servers and two workers; `desk` calls the first server, `other` the second, which has two
    processes."""

    desk: Desk
    other: Api
    folder: Path


@pytest.fixture(scope="module")
def collector() -> Iterator[Collector]:
    with collecting() as collector:
        yield collector


@pytest_asyncio.fixture(scope="module")
async def everything(
    mysql_pair: MySQLPair,
    redis: RedisServer,
    rabbitmq: RabbitMQServer,
    collector: Collector,
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[Everything]:
    folder, post = tmp_path_factory.mktemp("everything"), Post()
    await post.open()
    settings = await migrated(mysql_pair, redis)
    environment = environment_of(settings) | collector.variables(**ALL)
    environment |= {"CELERY_BROKER_URL": rabbitmq.url, "SMTP_URL": post.url}
    environment |= {"MAIL_FROM": "press@blog.test", "PUBLIC_URL": PUBLIC_URL}
    idle = blog_container(settings)
    idle._resources.passwords._hash = CHEAP_HASH
    with ExitStack() as started:
        servers = []
        for name, processes in (("one", "1"), ("two", "2")):
            (folder / name).mkdir()
            server = serving(folder / name, "--workers", processes, **environment)
            servers.append(started.enter_context(server))
            started.enter_context(working(folder, name, "--concurrency=1", **environment))
        async with fresh_api(idle) as here:
            first, other = (here.through(server.address) for server in servers)
            async with first.client, other.client:
                yield Everything(Desk(first, await first.registered(), settings), other, folder)
    await idle.stop()
    await post.close()


async def until(holds: Callable[[], bool], what: str) -> None:
    """Wait while the loop, and so the mail server, goes on."""
    try:
        async with asyncio.timeout(_TIMEOUT_SECONDS):
            while not holds():  # noqa: ASYNC110
                await asyncio.sleep(0.02)
    except TimeoutError as late:
        raise TimeoutError(what) from late


def own(span: Received) -> dict[str, str | int]:
    """Attributes of Broadsheet's own, with `_` for `.`."""
    prefix = "broadsheet."
    own = {name: v for name, v in span.attributes.items() if name.startswith(prefix)}
    return {name.removeprefix(prefix).replace(".", "_"): value for name, value in own.items()}


def named(spans: Sequence[Received], name: str, **attributes: Any) -> list[Received]:
    return [s for s in spans if s.name == name and attributes.items() <= own(s).items()]


def orphans(spans: Sequence[Received]) -> list[Received]:
    """Those whose parent has not come, but for the first of all."""
    known = {span.span_id for span in spans}
    return [span for span in spans if span.parent_id and span.parent_id not in known]


async def do_and_kill(everything: Everything, collector: Collector) -> str:
    """Have a bulk done whose worker is killed half-way; returns the id of the bulk."""
    api, ann = everything.desk.api, everything.desk.author
    draft = (await api.post("/posts", ann, json={"title": "Held", "body": "b"})).json()["id"]
    text = {"op": "create", "body": "planted-body", "status": "published"}
    operations: list[dict[str, Any]] = [text | {"title": f"Ink {n}"} for n in range(POSTS - 1)]
    operations.insert(BEFORE, {"op": "publish", "id": draft})
    bulk = {"operations": operations, "max_concurrent": 1}
    async with api.container._resources.primary.engine.connect() as connection:
        held = select(posts.c.id).where(posts.c.tenant == api.tenant, posts.c.id == UUID(draft))
        await connection.execute(held.with_for_update())
        asked = await api.post("/posts/bulk", ann, json=bulk)
        await until(lambda: len(named(collector.spans, "item")) == BEFORE, "half of it is done")
        os.kill(named(collector.spans, "item")[0].process, signal.SIGKILL)
        await connection.rollback()
    return str(asked.raise_for_status().json()["id"])


async def test_a_bulk_is_one_trace_from_the_request_to_the_mails(
    everything: Everything, collector: Collector
) -> None:
    desk, api = everything.desk, everything.desk.api
    addresses = await desk.follow(FOLLOWERS)
    bulk_id = await do_and_kill(everything, collector)
    bulk = await ended(everything.other, desk.author, bulk_id)
    assert (bulk["state"], bulk["attempts"]) == ("succeeded", 2)
    await jobs_done(api)
    [asked] = named(collector.spans, "POST /api/v1/posts/bulk")

    def trace() -> list[Received]:
        return collector.trace(asked.trace_id)

    def is_whole() -> bool:
        told = named(trace(), "run job", job_kind="tell_followers")
        return len(told) == POSTS and not orphans(trace())

    await until(is_whole, f"all has come: {Counter(span.name for span in trace())}")
    check_trace(trace(), asked, bulk_id)
    secrets = [desk.author.access_token, PASSWORD, SECRET, "planted-body", desk.author.email]
    logs = b"".join(path.read_bytes() for path in everything.folder.rglob("*.log"))
    for place in (b"".join(collector.bodies), logs):
        assert [each for each in (*secrets, *addresses) if each.encode() in place] == []
    assert asked.trace_id.encode() in logs


def check_trace(spans: list[Received], asked: Received, bulk_id: str) -> None:
    assert [span for span in spans if not span.parent_id] == [asked]
    assert {span.service for span in spans} == {"broadsheet-api", "broadsheet-worker"}
    assert len({span.process for span in spans}) >= 3
    [stored] = named(spans, "store job", job_id=bulk_id)
    [first] = named(spans, "run job", job_id=bulk_id, job_attempt=1)
    [second] = named(spans, "run job", job_id=bulk_id, job_attempt=2)
    assert stored.parent_id == asked.span_id
    assert first.parent_id == second.parent_id == stored.span_id
    assert (first.attributes["error.type"], second.has_failed) == ("worker_lost", False)
    assert (first.links, second.links) == ((), (first.span_id,))
    relayed = named(spans, "relay job", job_id=bulk_id)
    assert {span.parent_id for span in relayed} == {stored.span_id}
    items = named(spans, "item")
    assert Counter(item.attributes["broadsheet.item"] for item in items) == Counter(range(POSTS))
    assert Counter(item.parent_id for item in items) == {
        first.span_id: BEFORE,
        second.span_id: POSTS - BEFORE,
    }
    assert len(named(spans, "send mail")) == POSTS * FOLLOWERS
    assert named(spans, "INSERT post", server_role="write")
    assert {"commit", "raise floors", "INSERT post"} <= {span.name for span in spans}


async def test_a_read_says_which_server_it_was_on(
    everything: Everything, collector: Collector
) -> None:
    desk = everything.desk
    path = f"/posts/{(await desk.api.write(desk.author))['id']}"
    # its second server does not have it in its memory, and the floors ask for a position
    answer = await everything.other.get(path, desk.author)

    def of_read() -> list[Received]:
        about = {"request_id": answer.headers["X-Request-ID"]}
        asked = [s for s in collector.spans if about.items() <= own(s).items()]
        return collector.trace(asked[0].trace_id) if asked else []

    await until(lambda: bool(of_read()), "the read was told of")
    assert orphans(of_read()) == []
    assert named(of_read(), "SELECT post", server_role="replica")
    assert named(of_read(), "wait for position", outcome="reached")
    assert named(of_read(), "MGET")


async def test_each_process_sends_its_own_metrics(
    everything: Everything, collector: Collector
) -> None:
    desk, apis = everything.desk, (everything.desk.api, everything.other)
    await asyncio.gather(*(api.get("/tags", desk.author) for api in apis for _ in range(8)))

    def received() -> float:
        return sum(map(requests_of, collector.newest("broadsheet-api")))

    shown = [await api.client.get("/metrics") for api in apis]
    counted = sum(
        value
        for answer in shown
        for (name, labels), value in samples_of(answer.text).items()
        if name == f"{REQUESTS}_count" and labels >= TAGS
    )
    assert counted == 16
    await until(lambda: received() == counted, "all requests have come")
    processes = {each.process for each in collector.newest("broadsheet-api")}
    assert len(processes) == 3
    assert len({each.instance for each in collector.newest("broadsheet-api")}) == 3

    def workers() -> list[Numbers]:
        return collector.newest("broadsheet-worker")

    def have_told() -> bool:
        services = {line.service for line in collector.lines}
        runs = sum(each.count for worker in workers() for each in runs_of(worker))
        # one relay for each worker, and the processes that have run jobs
        return len(services) == 2 and runs > 0 and len(workers()) >= 3

    await until(have_told, "numbers and lines of workers have come")
    assert len({each.process for each in workers()}) == len(workers())
    twice = [line for line, times in Counter(map(str, collector.lines)).items() if times > 1]
    assert [line for line in twice if "'request'" in line] == []


def requests_of(numbers: Numbers) -> float:
    found = sent(numbers).items()
    return sum(
        value for (name, labels), value in found if name == f"{REQUESTS}_count" and labels >= TAGS
    )


def runs_of(numbers: Numbers) -> Sequence[Any]:
    runs = numbers.metrics.get("broadsheet_job_duration_seconds")
    return runs.histogram.data_points if runs else ()
