"""Engines: pools of connections that can write, and of connections that can't."""

import asyncio
import sqlite3
from typing import Any

import aiomysql
from sqlalchemy import URL, event
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from infra.database.positions import TRACKING_FLAGS, TRACKING_SETTING, track_gtids

_POOL_WAIT_SECONDS = 3
_QUEUE_SECONDS = 9  # a disk that stalls in one commit holds up all that queue behind it
_CONNECT_SECONDS = 2
READ_SECONDS = 5
# nothing is sent when a connection goes back: units of work end their transactions themselves
_QUIET = {
    "pool_reset_on_return": None,
    "pool_timeout": _POOL_WAIT_SECONDS,
    # what people wrote, and the hashes of their passwords, stay out of errors and logs
    "hide_parameters": True,
}
_MYSQL_POOL = {"pool_size": 10, "max_overflow": 20, "pool_recycle": 1800}


def write_engine(
    url: URL, *, track_positions: bool, idle_seconds: int | None = None
) -> AsyncEngine:
    """Make the engine of the primary; `track_positions` keeps the GTID of each commit.

    A connection that says nothing for `idle_seconds` is closed by the server, locks and all.
    """
    if url.get_backend_name() == "sqlite":
        return _sqlite_write_engine(url)
    settings = ["SESSION innodb_lock_wait_timeout = 3"]
    if track_positions:
        settings.append(TRACKING_SETTING)
    pool = _MYSQL_POOL
    if idle_seconds:
        settings.append(f"SESSION wait_timeout = {idle_seconds}")
        pool = pool | {"pool_recycle": idle_seconds // 2}
    arguments = _mysql_arguments("SESSION transaction_isolation = 'READ-COMMITTED'", *settings)
    if track_positions:
        arguments["client_flag"] = TRACKING_FLAGS
    engine = create_async_engine(url, connect_args=arguments, **_QUIET, **pool)
    if track_positions:
        event.listen(engine.sync_engine, "connect", track_gtids)
    return engine


def read_engine(url: URL) -> AsyncEngine:
    """Make an engine whose connections refuse to write, and send one statement for a read."""
    if url.get_backend_name() == "sqlite":
        engine = create_async_engine(url, pool_size=4, **_QUIET, **_sqlite_arguments())
        event.listen(engine.sync_engine, "connect", _sqlite_reader)
        return engine
    arguments = _mysql_arguments(
        "SESSION transaction_read_only = ON",
        # a cancelled request leaves its query running on the server
        f"SESSION max_execution_time = {READ_SECONDS * 1000}",
    )
    return create_async_engine(
        url,
        connect_args=arguments,
        isolation_level="AUTOCOMMIT",
        skip_autocommit_rollback=True,
        **_QUIET,
        **_MYSQL_POOL,
    )


def probe_engine(url: URL) -> AsyncEngine:
    """Make an engine to look at a server with, when all connections are in use too."""
    on_mysql = url.get_backend_name() == "mysql"
    arguments = {"async_creator_fn": _connect_in_time} if on_mysql else {}
    return create_async_engine(
        url, poolclass=NullPool, hide_parameters=True, connect_args=arguments
    )


def _mysql_arguments(*settings: str) -> dict[str, Any]:
    return {
        "charset": "utf8mb4",
        "async_creator_fn": _connect_in_time,
        "init_command": "SET " + ", ".join(("SESSION time_zone = '+00:00'", *settings)),
    }


async def _connect_in_time(*arguments: Any, **options: Any) -> aiomysql.Connection:
    # the driver's own timeout ends before the handshake, in which a server that hangs stays silent
    async with asyncio.timeout(_CONNECT_SECONDS):
        return await aiomysql.connect(*arguments, **options)


def _sqlite_write_engine(url: URL) -> AsyncEngine:
    # one connection: SQLite has one writer, and a queue is fairer than its busy loop
    queue = _QUIET | {"pool_size": 1, "max_overflow": 0, "pool_timeout": _QUEUE_SECONDS}
    engine = create_async_engine(url, **queue, **_sqlite_arguments())
    event.listen(engine.sync_engine, "connect", _sqlite_writer)
    event.listen(engine.sync_engine, "begin", _begin_immediately)
    return engine


class _EndingConnection(sqlite3.Connection):
    """Ends its transaction when it is closed.

    SQLite keeps a closed connection, and its lock, for as long as a statement of it is unread: one
    whose reader was cancelled is, until the garbage collector comes by.
    """

    def close(self) -> None:
        if self.in_transaction:
            self.rollback()
        super().close()


def _sqlite_arguments() -> dict[str, Any]:
    # the driver would begin by itself, and late: two readers that then write lose an update
    return {"connect_args": {"isolation_level": None, "factory": _EndingConnection}}


def _sqlite_writer(dbapi_connection: Any, _record: object) -> None:
    dbapi_connection.execute("PRAGMA busy_timeout = 5000")
    dbapi_connection.execute("PRAGMA journal_mode = WAL")


def _sqlite_reader(dbapi_connection: Any, _record: object) -> None:
    dbapi_connection.execute("PRAGMA busy_timeout = 5000")
    dbapi_connection.execute("PRAGMA query_only = ON")


def _begin_immediately(connection: Any) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")
