"""The schema: a database's revision, and its migration to the code's revision."""

import asyncio
import fcntl
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from enum import Enum
from functools import cache
from itertools import takewhile
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import Script, ScriptDirectory
from pymysql.constants import ER
from sqlalchemy import URL, Connection, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from infra.database.engines import probe_engine

_MIGRATIONS = Path(__file__).parent / "migrations"
_LOCK_SECONDS = 60
FORMER = "The schema is older than version 1.0: migrate it with the last version before that first."
_CREATE = "CREATE DATABASE IF NOT EXISTS `{}` CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin"
_LOCK = text("SELECT GET_LOCK(CONCAT('broadsheet:', DATABASE()), :seconds)")


class SchemaState(Enum):
    """How a database's schema compares with the code's."""

    MISSING = "missing"
    FORMER = "former"
    OLDER = "older"
    PRESENT = "present"
    NEWER = "newer"

    @property
    def serves(self) -> bool:
        """A newer schema is usable: its columns do not disturb older code."""
        return self in (SchemaState.PRESENT, SchemaState.NEWER)


class FormerSchema(Exception):
    """The database is at a revision that the code does not have any more."""


class MigrationRunning(Exception):
    """Another process has been migrating for too long to wait for."""


async def schema_state(engine: AsyncEngine) -> SchemaState:
    """Compare a database's revision with the code's."""
    return _state_at(await _present_revision(engine))


def _state_at(present: str | None) -> SchemaState:
    if present is None:
        return SchemaState.MISSING
    newest, *older = _revisions()
    if present == newest:
        return SchemaState.PRESENT
    if present in older:
        return SchemaState.OLDER
    # revisions are numbered
    return SchemaState.NEWER if present > newest else SchemaState.FORMER


async def steps_to_migrate(url: URL) -> list[str]:
    """Return what a migration would do, one line for each revision, the first one first; raises
    FormerSchema."""
    engine = probe_engine(url)
    try:
        present = await _present_revision(engine)
    finally:
        await engine.dispose()
    state = _state_at(present)
    if state is SchemaState.FORMER:
        raise FormerSchema(FORMER)
    scripts = () if state.serves else _scripts()
    newer = takewhile(lambda script: script.revision != present, scripts)
    return [f"{script.revision} {script.doc}" for script in newer][::-1]


async def migrate(url: URL) -> None:
    """Migrate a database to the code's revision, one process at a time; create it if it is missing.

    Raises MigrationRunning and FormerSchema.
    """
    await _create_database(url)
    engine = probe_engine(url)
    try:
        async with _one_at_a_time(engine), engine.connect() as connection:
            state = await schema_state(engine)
            if state is SchemaState.FORMER:
                raise FormerSchema(FORMER)
            if not state.serves:
                await connection.run_sync(_upgrade)
    finally:
        await engine.dispose()


@cache
def _revisions() -> tuple[str, ...]:
    """Return the code's revisions, the newest first."""
    return tuple(script.revision for script in _scripts())


def _scripts() -> Iterator[Script]:
    return ScriptDirectory.from_config(_config()).walk_revisions()


async def _present_revision(engine: AsyncEngine) -> str | None:
    try:
        async with engine.connect() as connection:
            present = await connection.run_sync(_revision)
            await connection.rollback()
            return present
    except OperationalError as error:
        if _is_missing(error):
            return None
        raise


def _upgrade(connection: Connection) -> None:
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.set_main_option("path_separator", "os")
    return config


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


async def _create_database(url: URL) -> None:
    if url.get_backend_name() == "sqlite":
        Path(url.database or "").parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    elif not await _exists(url):
        await _run(url.set(database="information_schema"), _CREATE.format(url.database))


async def _exists(url: URL) -> bool:
    try:
        await _run(url, "SELECT 1")
    except OperationalError as error:
        if _is_missing(error):
            return False
        raise
    return True


def _is_missing(error: OperationalError) -> bool:
    return error.orig is not None and error.orig.args[0] == ER.BAD_DB_ERROR


async def _run(url: URL, statement: str) -> None:
    engine = probe_engine(url)
    try:
        async with engine.connect() as connection:
            await connection.exec_driver_sql(statement)
    finally:
        await engine.dispose()


@asynccontextmanager
async def _one_at_a_time(engine: AsyncEngine) -> AsyncIterator[None]:
    if engine.url.get_backend_name() == "sqlite":
        file = await asyncio.to_thread(_locked_file, f"{engine.url.database}.migrating")
        try:
            yield
        finally:
            os.close(file)
        return
    async with engine.connect() as connection:
        await _take_lock(connection)
        yield


def _locked_file(path: str) -> int:
    file = os.open(path, os.O_CREAT | os.O_WRONLY, 0o600)
    fcntl.flock(file, fcntl.LOCK_EX)
    return file


async def _take_lock(connection: AsyncConnection) -> None:
    # held until this connection closes
    if await connection.scalar(_LOCK, {"seconds": _LOCK_SECONDS}) != 1:
        raise MigrationRunning("Another migration has been running for a minute: let it end.")
