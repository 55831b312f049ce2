"""The handover goes on after errors of its statements; migrations have no timeout."""

import asyncio
from collections.abc import AsyncIterator
from time import perf_counter

import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine

from core.config import Settings
from domain.ids import new_id
from infra.database import driver
from infra.database.engines import probe_engine, read_engine, write_engine
from infra.database.handover import Handover
from tests.harness.mysql import MySQLPair
from tests.harness.proxy import TcpProxy
from tests.support.databases import migrated


@pytest_asyncio.fixture
async def own_settings(mysql_pair: MySQLPair) -> Settings:
    """A database that nobody sweeps."""
    return await migrated(mysql_pair)


@pytest_asyncio.fixture
async def engines(
    own_settings: Settings, mysql_pair: MySQLPair
) -> AsyncIterator[tuple[AsyncEngine, AsyncEngine, TcpProxy]]:
    """For writing, and for reading through a proxy."""
    async with TcpProxy(mysql_pair.primary.host, mysql_pair.primary.port) as proxy:
        writing = write_engine(own_settings.primary, track_positions=False)
        reading = read_engine(own_settings.primary.set(port=proxy.port))
        yield writing, reading, proxy
        await writing.dispose()
        await reading.dispose()


async def test_a_lost_connection_does_not_end_the_wait(
    engines: tuple[AsyncEngine, AsyncEngine, TcpProxy],
) -> None:
    writing, reading, proxy = engines
    async with reading.connect() as connection:
        await connection.execute(text("SELECT 1"))
    proxy.cut()
    began = perf_counter()
    await Handover(writing, reading).complete(None, new_id(), [new_id()])
    assert perf_counter() - began > 3


async def test_it_ends_in_time_where_the_primary_does_not_answer(
    engines: tuple[AsyncEngine, AsyncEngine, TcpProxy],
) -> None:
    writing, reading, proxy = engines
    proxy.swallow()
    async with asyncio.timeout(6):
        await Handover(writing, reading).complete(new_id(), new_id(), [])


async def test_migrations_take_what_they_take(
    own_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(driver.Connection, "answer_seconds", 0.2)
    migrating, reading = probe_engine(own_settings.primary), read_engine(own_settings.primary)
    async with migrating.connect() as connection:
        assert await connection.scalar(text("SELECT SLEEP(0.5)")) == 0
    with pytest.raises(OperationalError, match="silent"):
        async with reading.connect() as connection:
            await connection.scalar(text("SELECT SLEEP(0.5)"))
    await reading.dispose()
