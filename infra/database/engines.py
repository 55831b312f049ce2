"""Engines: pools of connections that can write, and of connections that can't."""

import os
import sqlite3
from contextlib import suppress
from time import monotonic
from typing import Any

from sqlalchemy import URL, event
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry, NullPool, PoolProxiedConnection

from infra.database.driver import TRACKING_FLAGS, TRACKING_SETTING, connect, connect_for_long

_POOL_WAIT_SECONDS = 3
_IDLE_SECONDS = 15
_QUEUE_SECONDS = (
    9  # a disk that stalls in one commit delays all transactions that wait for its locks
)
READ_SECONDS = 5
# no ROLLBACK when a connection returns to the pool: units of work end their transactions
_QUIET = {
    "pool_reset_on_return": None,
    "pool_timeout": _POOL_WAIT_SECONDS,
    # texts and password hashes stay out of errors and logs
    "hide_parameters": True,
}
_MYSQL_POOL = {"pool_size": 10, "max_overflow": 20, "pool_recycle": 1800}


def write_engine(url: URL, *, track_positions: bool) -> AsyncEngine:
    """Make the engine of the primary; `track_positions` keeps the GTID of each commit.

    The server ends a session that is silent for 15 s, which releases the locks of a process whose
    host has vanished.
    """
    if url.get_backend_name() == "sqlite":
        return _sqlite_write_engine(url)
    settings = [
        "SESSION transaction_isolation = 'READ-COMMITTED'",
        "SESSION innodb_lock_wait_timeout = 2",
        f"SESSION wait_timeout = {_IDLE_SECONDS}",
        *([TRACKING_SETTING] if track_positions else ()),
    ]
    flags = {"client_flag": TRACKING_FLAGS} if track_positions else {}
    arguments = _mysql_arguments(*settings) | flags
    engine = create_async_engine(url, connect_args=arguments, **_QUIET, **_MYSQL_POOL)
    event.listen(engine.sync_engine, "checkin", _note_return)
    event.listen(engine.sync_engine, "checkout", _refuse_what_idled)
    return engine


def read_engine(url: URL) -> AsyncEngine:
    """Make an engine whose connections refuse writes, and which sends one statement for a read."""
    if url.get_backend_name() == "sqlite":
        engine = create_async_engine(url, pool_size=4, **_QUIET, **_sqlite_arguments())
        event.listen(engine.sync_engine, "do_connect", _make_private_file)
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
    """Make an engine without a pool: for migrations, and for checks while pools are exhausted."""
    on_mysql = url.get_backend_name() == "mysql"
    arguments = {"async_creator_fn": connect_for_long} if on_mysql else {}
    engine = create_async_engine(
        url, poolclass=NullPool, hide_parameters=True, connect_args=arguments
    )
    if not on_mysql:
        event.listen(engine.sync_engine, "do_connect", _make_private_file)
    return engine


def _mysql_arguments(*settings: str) -> dict[str, Any]:
    return {
        "charset": "utf8mb4",
        "async_creator_fn": connect,
        "init_command": "SET " + ", ".join(("SESSION time_zone = '+00:00'", *settings)),
    }


def _note_return(_connection: object, record: ConnectionPoolEntry) -> None:
    record.info["returned_at"] = monotonic()


def _refuse_what_idled(
    _connection: object, record: ConnectionPoolEntry, _proxy: PoolProxiedConnection
) -> None:
    if monotonic() - record.info.get("returned_at", monotonic()) > _IDLE_SECONDS / 2:
        # the pool opens another one in its place
        raise DisconnectionError


def _sqlite_write_engine(url: URL) -> AsyncEngine:
    # one connection: SQLite has one writer, and the pool's queue is fairer than SQLite's busy loop
    queue = _QUIET | {"pool_size": 1, "max_overflow": 0, "pool_timeout": _QUEUE_SECONDS}
    engine = create_async_engine(url, **queue, **_sqlite_arguments())
    event.listen(engine.sync_engine, "do_connect", _make_private_file)
    event.listen(engine.sync_engine, "connect", _sqlite_writer)
    event.listen(engine.sync_engine, "begin", _begin_immediately)
    return engine


def _make_private_file(
    _dialect: object, _record: object, arguments: list[Any], _options: object
) -> None:
    """Make a database's file readable by its owner alone; SQLite's files beside it do the same."""
    # never an existing file: to close it would release SQLite's locks on it
    flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY
    with suppress(OSError):  # SQLite reports the error when it opens the file
        os.close(os.open(arguments[0], flags, 0o600))


class _EndingConnection(sqlite3.Connection):
    """Ends its transaction when it is closed.

    SQLite keeps a closed connection, and its lock, for as long as a statement of it is unread: one
    whose reader was cancelled is unread until the garbage collector runs.
    """

    def close(self) -> None:
        if self.in_transaction:
            self.rollback()
        super().close()


def _sqlite_arguments() -> dict[str, Any]:
    # the driver would begin late, at the first write: two transactions that read first lose an
    # update
    return {"connect_args": {"isolation_level": None, "factory": _EndingConnection}}


def _sqlite_writer(dbapi_connection: Any, _record: object) -> None:
    dbapi_connection.execute("PRAGMA busy_timeout = 5000")
    dbapi_connection.execute("PRAGMA journal_mode = WAL")


def _sqlite_reader(dbapi_connection: Any, _record: object) -> None:
    dbapi_connection.execute("PRAGMA busy_timeout = 5000")
    dbapi_connection.execute("PRAGMA query_only = ON")


def _begin_immediately(connection: Any) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")
