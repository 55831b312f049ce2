"""Connections that die around COMMIT: nothing is done twice, and nobody reads the past."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import event

from application.post.commands import PostCommand, PostCommandService
from core.config import Settings
from core.dependencies.container import Container
from infra.database.positions import parse_gtids
from tests.conftest import fresh_api, running
from tests.harness.mysql import MySQLPair
from tests.harness.ports import free_port
from tests.harness.proxy import TcpProxy
from tests.support.api import Api
from tests.support.commits import at_begin, at_commit
from tests.support.jobs import jobs_done
from tests.support.metrics import read_metrics

BODY = {"title": "A title", "body": "A body", "status": "published"}


@pytest_asyncio.fixture
async def proxy(mysql_pair: MySQLPair) -> AsyncIterator[TcpProxy]:
    """Stands before the primary."""
    async with TcpProxy(mysql_pair.primary.host, mysql_pair.primary.port) as proxy:
        yield proxy


@pytest_asyncio.fixture
async def container(mysql_settings: Settings, proxy: TcpProxy) -> AsyncIterator[Container]:
    """Reaches the primary through the proxy."""
    through = mysql_settings.primary.set(port=proxy.port).render_as_string(hide_password=False)
    settings = mysql_settings.model_copy(update={"database_url": through})
    async with running(settings) as container:
        yield container


@pytest_asyncio.fixture
async def api(container: Container) -> AsyncIterator[Api]:
    async with fresh_api(container) as api:
        yield api


async def test_a_connection_that_dies_at_commit_leaves_the_outcome_unknown(
    api: Api, proxy: TcpProxy
) -> None:
    ann = await api.person()
    with at_commit(api, proxy.cut):
        answer = await api.post("/posts", ann, json=BODY)
    assert answer.status_code == 503
    assert answer.json()["type"].endswith("outcome-unknown")
    assert (await read_metrics(api.client)).value("commits_unknown_total") == 1
    # never sent again by us: one post at most
    assert (await api.get("/posts", ann)).json()["total"] <= 1
    assert (await api.write(ann))["version"] == 1


async def test_a_connection_that_dies_before_commit_is_tried_again(
    api: Api, proxy: TcpProxy
) -> None:
    ann = await api.person()
    with at_begin(api, proxy.cut):
        assert (await api.post("/posts", ann, json=BODY)).status_code == 201
    assert (await api.get("/posts", ann)).json()["total"] == 1
    assert (await read_metrics(api.client)).value("transactions_retryable_total") == 1


async def test_a_primary_that_refuses_is_unavailable_for_now(api: Api, proxy: TcpProxy) -> None:
    ann = await api.person()
    await proxy.refuse()
    proxy.cut()
    answer = await api.post("/posts", ann, json=BODY)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
    await proxy.accept()
    assert (await api.post("/posts", ann, json=BODY)).status_code == 201


async def test_who_hangs_up_at_commit_reads_what_it_did(api: Api, proxy: TcpProxy) -> None:
    """The commit goes on without its caller, and so does the keeping of the position."""
    ann = await api.person()
    caller = await api.container.caller_of(ann.access_token, api.tenant)
    scope = api.container.scope(api.tenant, caller)
    command = PostCommand.model_validate(BODY)
    reached = asyncio.Event()

    def stall() -> None:
        proxy.stall()
        reached.set()

    with at_commit(api, stall):
        task = asyncio.create_task(scope[PostCommandService].create_post(command))
        await reached.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert scope.position.value == api.container.scope().position.value
    proxy.resume()
    await api.container._resources.primary.shielded.wait()
    assert scope.position.value
    kept = await api.container._resources.primary.user_positions.get(ann.id)
    assert kept is not None
    assert kept.reaches(scope.position.value)
    assert (await api.get("/posts", headers=ann.headers)).json()["total"] == 1


async def test_a_commit_that_reports_no_position_takes_the_present_one(
    api: Api, mysql_pair: MySQLPair
) -> None:
    """Session tracking switched off behind our back must not let a caller read the past."""
    ann = await api.person()
    await jobs_done(api)  # their commits count too
    engine = api.container._resources.primary.engine

    def switch_off(dbapi_connection: Any, *_: Any) -> None:
        cursor = dbapi_connection.cursor()
        cursor.execute("SET SESSION session_track_gtids = OFF")
        cursor.close()

    event.listen(engine.sync_engine, "checkout", switch_off)
    answer = await api.post("/posts", ann, json=BODY, headers={"Consistency-Token": ""})
    position = api.container.position_of(answer.headers["Consistency-Token"])
    kept = await api.container._resources.primary.user_positions.get(ann.id)
    assert kept == position == parse_gtids(mysql_pair.primary.gtid_executed())
    assert (await read_metrics(api.client)).value("commits_without_position_total") == 1


async def test_a_primary_that_is_down_behind_a_balancer_is_said_to_be_down(
    api: Api, proxy: TcpProxy
) -> None:
    """A connection that is taken, and broken at once, is not a database that is busy."""
    ann = await api.person()
    target, proxy._target = proxy._target, (proxy.host, free_port())
    proxy.cut()
    answer = await api.post("/posts", ann, json=BODY)
    proxy._target = target
    assert (answer.status_code, answer.json()["type"]) == (
        503,
        "urn:broadsheet:problem:connection-lost",
    )
    assert "down" in answer.json()["detail"]
    assert (await api.post("/posts", ann, json=BODY)).status_code == 201
