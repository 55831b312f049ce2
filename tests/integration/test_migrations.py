"""Migrations: the same schema on both engines, one process at a time, older and newer."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from core.config import Settings
from core.dependencies.container import Container
from core.errors import StartRefused
from infra.database.schema import SchemaState, migrate, schema_state
from infra.database.tables import METADATA
from tests.harness.mysql import MySQLPair
from tests.support.settings import settings_for

# the full-text index, which each engine keeps in its own way
BESIDE_THE_TABLES = re.compile("post_search_(words|index)")
VERSIONS = Path(__file__).parents[2] / "infra/database/migrations/versions"


@pytest.fixture(params=["sqlite", "mysql"])
def fresh(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Settings of a database that is not there yet."""
    if request.param == "sqlite":
        return settings_for(f"sqlite:///{tmp_path}/blog.db")
    pair: MySQLPair = request.getfixturevalue("mysql_pair")
    return settings_for(pair.primary.url(f"fresh_{uuid4().hex[:8]}"))


@pytest_asyncio.fixture
async def engine(fresh: Settings) -> AsyncIterator[AsyncEngine]:
    engine = create_async_engine(fresh.primary, poolclass=NullPool)
    yield engine
    await engine.dispose()


async def on_connection(engine: AsyncEngine, do: Callable[[Connection], Any]) -> Any:
    async with engine.connect() as connection:
        done = await connection.run_sync(do)
        await connection.commit()
        return done


def differences(connection: Connection) -> list[Any]:
    options = {"include_name": lambda name, *_: not BESIDE_THE_TABLES.match(name or "")}
    context = MigrationContext.configure(connection, opts=options)
    found: list[Any] = compare_metadata(context, METADATA)
    # Alembic does not know an index that descends when it sees one
    return [each for each in found if getattr(each[1], "name", "") != "tag_by_count"]


async def test_the_migrations_make_the_tables_of_the_code(
    fresh: Settings, engine: AsyncEngine
) -> None:
    assert await schema_state(engine) is SchemaState.MISSING
    await migrate(fresh.primary)
    assert await schema_state(engine) is SchemaState.PRESENT
    assert await on_connection(engine, differences) == []


async def test_migrations_at_the_same_time_are_done_once(
    fresh: Settings, engine: AsyncEngine
) -> None:
    await migrate_to_the_database_alone(fresh)
    await asyncio.gather(*(migrate(fresh.primary) for _ in range(4)))
    assert await schema_state(engine) is SchemaState.PRESENT


async def migrate_to_the_database_alone(settings: Settings) -> None:
    """Make the database and nothing in it: CREATE DATABASE has no lock to wait for."""
    if not settings.on_sqlite:
        server = create_async_engine(settings.primary.set(database="information_schema"))
        async with server.connect() as connection:
            await connection.exec_driver_sql(f"CREATE DATABASE {settings.primary.database}")
        await server.dispose()


async def test_an_older_schema_is_refused_and_a_newer_one_serves(
    fresh: Settings, engine: AsyncEngine
) -> None:
    await migrate(fresh.primary)

    async def set_revision(revision: str) -> None:
        statement = text("UPDATE alembic_version SET version_num = :revision")
        await on_connection(engine, lambda c: c.execute(statement, {"revision": revision}))

    await set_revision("0002")
    container = Container(fresh)
    with pytest.raises(StartRefused, match=r"older: run `python main.py migrate`"):
        await container.start()
    await container.stop()
    await set_revision("9999")
    newer = Container(fresh)
    await newer.start()
    assert (await newer.readiness()).db_schema == "newer"
    await newer.stop()
    # an old program leaves a newer schema alone
    await migrate(fresh.primary)
    assert await schema_state(engine) is SchemaState.NEWER


@pytest.mark.parametrize("revision", sorted(VERSIONS.glob("*.py")), ids=lambda path: path.stem)
def test_a_revision_is_one_step(revision: Path) -> None:
    """MySQL commits each DDL: a revision of two could stop between them, and never run again."""
    assert revision.read_text().count("    op.") == 1
