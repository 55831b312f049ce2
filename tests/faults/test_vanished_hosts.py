"""A server whose host vanishes in the middle of a transaction keeps nobody out for long."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from time import perf_counter

import pytest_asyncio

from core.config import Settings
from tests.conftest import fresh_api, running
from tests.harness.mysql import MySQLPair
from tests.harness.proxy import TcpProxy
from tests.support.api import Api
from tests.support.commits import at_commit

# the server ends a session that is silent for 15 s; what waits is tried again for some seconds
LIMIT_SECONDS = 25


@pytest_asyncio.fixture
async def proxy(mysql_pair: MySQLPair) -> AsyncIterator[TcpProxy]:
    async with TcpProxy(mysql_pair.primary.host, mysql_pair.primary.port) as proxy:
        yield proxy


@pytest_asyncio.fixture
async def apis(mysql_settings: Settings, proxy: TcpProxy) -> AsyncIterator[tuple[Api, Api]]:
    """One blog through two processes, of which the first reaches the primary by the proxy."""
    url = mysql_settings.primary.set(port=proxy.port).render_as_string(hide_password=False)
    async with AsyncExitStack() as stack:
        through = mysql_settings.model_copy(update={"database_url": url})
        vanishing = await stack.enter_async_context(running(through))
        staying = await stack.enter_async_context(running(mysql_settings))
        one = await stack.enter_async_context(fresh_api(vanishing))
        other = Api(staying, one.tenant)
        await stack.enter_async_context(other.client)
        yield one, other


async def test_its_locks_end_soon(apis: tuple[Api, Api], proxy: TcpProxy) -> None:
    one, other = apis
    ann = await one.person()
    path = f"/posts/{(await one.write(ann))['id']}"
    with at_commit(one, proxy.vanish):
        lost = await one.patch(path, ann, json={"body": "Lost"})
    assert lost.json()["type"].endswith("outcome-unknown")
    began = perf_counter()
    async with asyncio.timeout(LIMIT_SECONDS):
        while not (await other.patch(path, ann, json={"body": "After"})).is_success:
            pass
    assert perf_counter() - began > 1, "the vanished host had the lock"
    assert (await other.get(path, ann)).json()["body"] == "After"
