"""What `/metrics` counts, and whom it answers."""

import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from httpx import ASGITransport, AsyncClient

from core.blog.container import blog_container
from core.config import Settings
from core.dependencies.container import Container
from domain.ids import new_id
from infra.cache.backlog import Backlog
from infra.cache.user_positions import RedisUserPositions
from interface.http.app import create_app
from tests.harness.redis_server import RedisServer
from tests.integration.test_old_addresses import PATH, imported
from tests.support.api import Api
from tests.support.metrics import read_metrics
from tests.support.server import ROOT
from tests.support.waiting import until

REQUESTS = "http_request_duration_seconds_count"
STATEMENTS = "sql_statement_duration_seconds_count"
FAR = "203.0.113.9"


async def test_requests_are_counted_by_route_method_and_status(api: Api) -> None:
    template = "/api/v1/posts/{post_id}"
    before = await read_metrics(api.client)
    for key in ("one", "two", "three"):
        await api.get(f"/posts/{key}")
    await api.client.head("/api/v1/posts/four")
    after = await read_metrics(api.client)
    for method, grown in (("GET", 3), ("HEAD", 1)):
        labels = {"method": method, "route": template, "status": "404"}
        assert after.value(REQUESTS, **labels) - before.value(REQUESTS, **labels) == grown
    seconds = "http_request_duration_seconds_sum"
    assert after.value(seconds, route=template) > before.value(seconds, route=template)


async def test_labels_are_few_whatever_callers_send(api: Api) -> None:
    for number in range(20):
        await api.client.get(f"/nonsense/{number}")
        await api.client.request(f"NONSENSE{number}", f"/api/v1/posts/{number}")
    metrics = await read_metrics(api.client)
    assert not [route for route in metrics.labels(REQUESTS, "route") if "nonsense" in route]
    assert metrics.value(REQUESTS, route="other", method="GET", status="404") >= 20
    assert metrics.value(REQUESTS, route="/{address}", status="404") == 0
    known = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "other"}
    assert metrics.labels(REQUESTS, "method") <= known
    assert metrics.value(REQUESTS, method="other") >= 20


async def test_what_became_of_questions_to_the_cache_is_counted(api: Api) -> None:
    before = await read_metrics(api.client)
    for headers in ({}, {}, {}, {"Cache-Control": "no-cache"}):
        await api.get("/tags", headers=headers)
    after = await read_metrics(api.client)
    grown = {
        outcome: after.value("cache_answers_total", outcome=outcome)
        - before.value("cache_answers_total", outcome=outcome)
        for outcome in ("hit", "miss", "bypass")
    }
    assert grown == {"hit": 2, "miss": 1, "bypass": 1}
    assert after.value("cache_loads_total") - before.value("cache_loads_total") == 1


async def test_old_addresses_that_lead_somewhere_are_a_route(api: Api) -> None:
    await imported(api)
    before = (await read_metrics(api.client)).value(REQUESTS, route="/{address}", status="301")
    assert (await api.client.get(f"/{PATH}")).status_code == 301
    after = (await read_metrics(api.client)).value(REQUESTS, route="/{address}", status="301")
    assert after == before + 1


async def test_statements_are_counted_by_the_server_that_ran_them(api: Api) -> None:
    reader = "replica" if api.container._resources.reads.replicas else "primary"
    ann = await api.person()
    before = await read_metrics(api.client)
    post = await api.write(ann)
    written = await read_metrics(api.client)
    assert written.value(STATEMENTS, server="write") > before.value(STATEMENTS, server="write")
    await api.get(f"/posts/{post['id']}")
    after = await read_metrics(api.client)
    assert after.value(STATEMENTS, server=reader) > written.value(STATEMENTS, server=reader)
    assert after.value("reads_total", server=reader) > before.value("reads_total", server=reader)
    assert after.value("sql_statement_duration_seconds_sum") > 0


async def test_a_statement_that_fails_is_counted_too(api: Api) -> None:
    ann = await api.person()
    before = await read_metrics(api.client)
    body = {"username": ann.username, "email": "other@x.org", "password": "correct horse"}
    assert (await api.post("/auth/register", json=body)).status_code == 409
    after = await read_metrics(api.client)
    failed = after.value(STATEMENTS, server="write") - before.value(STATEMENTS, server="write")
    begun = failed - api.container._settings.on_sqlite  # BEGIN is a statement there
    assert begun >= 1  # what runs beside the requests has statements too


async def test_pools_say_what_is_in_use(api: Api) -> None:
    engine = api.container._resources.primary.engine
    async with engine.connect():
        metrics = await read_metrics(api.client)
        # the relay may look just now, or a connection of its look may still be closing
        assert metrics.value("pool_in_use", pool="write") in (1, 2)
    await until(lambda: write_pool_in_use(api) == 0, "the pool is idle again")
    size = 1 if api.container._settings.on_sqlite else 10
    assert metrics.value("pool_size", pool="write") == size
    assert metrics.value("pool_overflow", pool="write") == 0


async def test_connections_beyond_the_pool_are_its_overflow(api_on_mysql: Api) -> None:
    engine = api_on_mysql.container._resources.reads.primary
    opened = [await engine.connect() for _ in range(12)]
    metrics = await read_metrics(api_on_mysql.client)
    for connection in opened:
        await connection.close()
    shown = [metrics.value(f"pool_{name}", pool="primary") for name in ("in_use", "overflow")]
    # the relay may look just now
    assert shown in ([12, 2], [13, 3], [12, 3])


async def test_other_processes_need_not_wait_to_be_asked(api: Api) -> None:
    async with api.container._resources.primary.engine.connect():
        await until(lambda: write_pool_in_use(api) == 1, "the pool is sampled")


async def test_the_alerts_of_the_docs_name_what_there_is(api_on_mysql: Api) -> None:
    await api_on_mysql.get("/posts")
    named = set(re.findall(r"broadsheet_\w+", (ROOT / "docs/production.md").read_text()))
    told = set(re.findall(r"broadsheet_\w+", (await api_on_mysql.client.get("/metrics")).text))
    assert named
    assert named <= told


async def no_position() -> None:
    """A primary that does not say how far it is."""


async def test_a_redis_that_forgets_or_fails_is_seen(
    sqlite_settings: Settings, new_redis: Callable[..., RedisServer]
) -> None:
    redis = new_redis()
    container = blog_container(sqlite_settings.model_copy(update={"redis_url": redis.url}))
    link = container._resources.redis
    assert link
    names = ("redis_is_down", "redis_failures_total", "positions_missing_total")
    async with client_at(container, "127.0.0.1") as client:
        await RedisUserPositions(link, no_position, Backlog()).get(new_id())
        metrics = await read_metrics(client)
        assert [metrics.value(name) for name in names] == [0, 0, 1]
        redis.kill()
        for _ in range(5):
            assert not await link.answers()
        metrics = await read_metrics(client)
        assert [metrics.value(name) for name in names] == [1, 5, 1]
    await container.stop()


async def test_reads_that_fell_back_are_told_by_reason(api_on_mysql: Api) -> None:
    before = await read_metrics(api_on_mysql.client)
    api_on_mysql.container._resources.reads.counts.fallen_back["too_late"] += 3
    after = await read_metrics(api_on_mysql.client)
    name = "reads_fallen_back_total"
    grown = {label: after.value(name, reason=label) for label in after.labels(name, "reason")}
    assert grown["too_late"] == before.value(name, reason="too_late") + 3
    assert set(grown) == {"none_fit", "position_unknown", "too_late", "failed"}


async def test_the_process_tells_of_itself(api: Api) -> None:
    told = (await api.client.get("/metrics")).text
    assert re.search(r"^process_cpu_seconds_total [\d.]+$", told, re.MULTILINE)


async def test_two_containers_count_apart(api: Api) -> None:
    other = blog_container(api.container._settings)
    async with client_at(other, "127.0.0.1") as client:
        before = (await read_metrics(client)).value(REQUESTS)
        await api.get("/posts")
        assert (await read_metrics(client)).value(REQUESTS) == before + 1
    await other.stop()


@asynccontextmanager
async def client_at(container: Container, address: str) -> AsyncIterator[AsyncClient]:
    """A caller at an address."""
    transport = ASGITransport(create_app(container), client=(address, 1))
    async with AsyncClient(transport=transport, base_url="http://blog.test") as client:
        yield client


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"])
async def test_callers_on_this_machine_may_ask(sqlite_container: Container, address: str) -> None:
    async with client_at(sqlite_container, address) as client:
        answer = await client.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")


@pytest.mark.parametrize("address", [FAR, "2001:db8::1", "::ffff:203.0.113.9", "testclient"])
async def test_others_find_nothing_there(sqlite_container: Container, address: str) -> None:
    async with client_at(sqlite_container, address) as client:
        metrics, unknown = [
            problem_of(await client.get(at)) for at in ("/metrics", "/api/v1/unknown")
        ]
    assert metrics == unknown
    assert metrics["status"] == 404


def problem_of(answer: Any) -> dict[str, Any]:
    """A problem, but for what differs with each request."""
    problem: dict[str, Any] = answer.json() | {"headers": sorted(answer.headers)}
    return {name: problem[name] for name in problem if name not in ("instance", "request_id")}


async def test_metrics_may_be_public(sqlite_container: Container) -> None:
    settings = sqlite_container._settings.model_copy(update={"metrics_public": True})
    public = blog_container(settings)
    async with client_at(public, FAR) as client:
        assert (await client.get("/metrics")).status_code == 200
    await public.stop()


def write_pool_in_use(api: Api) -> float | None:
    """The connections of the write pool that are out, as last sampled."""
    registry = api.container.telemetry._registry
    return registry.get_sample_value("broadsheet_pool_in_use", {"pool": "write"})
