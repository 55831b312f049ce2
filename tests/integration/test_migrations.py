"""Migrations: the same schema on both engines, one process at a time, older and newer."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Iterable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, Inspector, MetaData, inspect, text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from core.blog.container import blog_container
from core.config import Settings
from core.errors import StartRefused
from infra.database.schema import SchemaState, migrate, schema_state
from infra.database.tables import METADATA
from tests.harness.mysql import MySQLPair
from tests.support.settings import settings_for

# the full-text index, which each engine keeps in its own way
BESIDE_THE_TABLES = re.compile("post_search_(words|index)")
VERSIONS = Path(__file__).parents[2] / "infra/database/migrations/versions"
# what the 46 revisions made that were there before the present ones
FORMER = Path(__file__).parent / "former_schema"
FORMER_REVISION = "0046"


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

    await set_revision("0046_02")
    container = blog_container(fresh)
    with pytest.raises(StartRefused, match=r"older: run `python main.py migrate`"):
        await container.start()
    await container.stop()
    await set_revision("9999")
    newer = blog_container(fresh)
    await newer.start()
    assert (await newer.readiness()).db_schema == "newer"
    await newer.stop()
    # an old program leaves a newer schema alone
    await migrate(fresh.primary)
    assert await schema_state(engine) is SchemaState.NEWER


@pytest.mark.parametrize("revision", ["0001", "0029", "0033", "0045"])
async def test_an_earlier_database_is_refused(
    fresh: Settings, engine: AsyncEngine, revision: str
) -> None:
    await migrate(fresh.primary)
    set_revision = text("UPDATE alembic_version SET version_num = :revision")
    await on_connection(engine, lambda c: c.execute(set_revision, {"revision": revision}))
    container = blog_container(fresh)
    with pytest.raises(StartRefused, match=r"older than version 1\.0"):
        await container.start()
    with pytest.raises(StartRefused, match=r"older than version 1\.0"):
        await container.migrate()
    await container.stop()


async def test_an_interrupted_revision_can_be_repeated(
    fresh: Settings, engine: AsyncEngine
) -> None:
    await migrate(fresh.primary)
    # as where a process dies between its statement, which MySQL commits, and the revision's number
    before_last = text("UPDATE alembic_version SET version_num = '0046_16'")
    await on_connection(engine, lambda connection: connection.execute(before_last))
    await (blog_container(fresh)).migrate()
    assert await schema_state(engine) is SchemaState.PRESENT


async def test_a_database_of_the_former_revisions_is_up_to_date(
    fresh: Settings, engine: AsyncEngine
) -> None:
    await migrate_to_the_database_alone(fresh)
    await on_connection(engine, make_former_schema)
    await migrate(fresh.primary)
    assert await schema_state(engine) is SchemaState.PRESENT
    assert await on_connection(engine, differences) == []
    migrated = await on_connection(engine, schema)
    await on_connection(engine, drop_all)
    await migrate(fresh.primary)
    assert await on_connection(engine, schema) == migrated


def make_former_schema(connection: Connection) -> None:
    statements = (FORMER / f"{connection.dialect.name}.sql").read_text().split(";\n\n")
    for statement in statements:
        connection.exec_driver_sql(statement)
    revision = text("INSERT INTO alembic_version VALUES (:revision)")
    connection.execute(revision, {"revision": FORMER_REVISION})


def drop_all(connection: Connection) -> None:
    tables = MetaData()
    tables.reflect(connection)
    for table in ("post_search_index", *tables.tables):
        connection.exec_driver_sql(f"DROP TABLE IF EXISTS {table}")


def schema(connection: Connection) -> dict[str, Any]:
    """Return all that a schema consists of, in an order of its own."""
    inspector = inspect(connection)
    names = set(inspector.get_table_names()) - {"alembic_version"}
    return {name: table_of(inspector, name) for name in names}


def table_of(inspector: Inspector, name: str) -> dict[str, Any]:
    parts: dict[str, Iterable[Any]] = {
        "columns": inspector.get_columns(name),
        "key": [inspector.get_pk_constraint(name)],
        "indexes": inspector.get_indexes(name),
        "unique": inspector.get_unique_constraints(name),
    }
    return {kind: sorted(map(repr, found)) for kind, found in parts.items()}


@pytest.mark.parametrize("revision", sorted(VERSIONS.glob("*.py")), ids=lambda path: path.stem)
def test_a_revision_is_one_step(revision: Path) -> None:
    """MySQL commits each DDL: a revision of two could stop between them, and never run again."""
    assert len(re.findall(r"    (op\.|(create|extend)_table\()", revision.read_text())) == 1
