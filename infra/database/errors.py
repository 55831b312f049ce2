"""Translation of the drivers' errors into the application's."""

import re
from collections.abc import Callable
from sqlite3 import (
    SQLITE_BUSY,
    SQLITE_CONSTRAINT_PRIMARYKEY,
    SQLITE_CONSTRAINT_UNIQUE,
    SQLITE_FULL,
    SQLITE_IOERR_WRITE,
)

from pymysql.constants import ER
from sqlalchemy import UniqueConstraint
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from application.unit_of_work import (
    ConnectionLost,
    LockTimeout,
    Retryable,
    StorageFull,
    Unavailable,
)
from domain.errors import Taken
from infra.database.tables import METADATA

_DEADLOCK, _LOCK_WAIT_TIMEOUT, _QUERY_TOO_LONG = 1213, 1205, 3024
_CANNOT_CONNECT = frozenset({1040, 1045, 1049, 1129, 1203, 1226, 2002, 2003, 2005, 2026})
_SHUTS_DOWN = frozenset({1053, 1317})  # also the error of a statement that is interrupted
_READ_ONLY = frozenset({1290, 1836})  # a former primary, after a fail-over
_DISK_FULL = frozenset({1021, 1114})
_FAILED_WRITE = frozenset({1026, 1030})  # the text has the system's error
_NO_SPACE = re.compile(r"\b(28|122|No space left)\b")


def in_one_line(error: Exception) -> str:
    """Return what an error says, in one line; its name, where it says nothing."""
    said = error.orig if isinstance(error, DBAPIError) and error.orig else error
    return next(iter(str(said).splitlines()), "") or type(said).__name__


def translated(error: Exception) -> Exception:
    """Return the application's error for a driver's; the same one where it has none."""
    if isinstance(error, IntegrityError):
        broken = violated_constraint(error)
        return Taken(broken.info["field"]) if broken and "field" in broken.info else error
    if isinstance(error, PoolTimeoutError):
        return Unavailable("All connections to the database are in use.")
    if isinstance(error, DBAPIError):
        return _translated_driver_error(error)
    # raised by a transport that was closed; the driver does not wrap them
    return ConnectionLost("The connection was lost.") if isinstance(error, OSError) else error


def is_lost(error: Exception) -> bool:
    """Return whether the connection failed, as opposed to a refused statement."""
    return isinstance(error, OSError) or (
        isinstance(error, DBAPIError) and (error.connection_invalidated or _cannot_connect(error))
    )


def is_unusable_after(error: Exception) -> bool:
    """Return whether the server is shutting down or not the primary any more: its connections must
    be closed."""
    return isinstance(error, DBAPIError) and _code(error) in _SHUTS_DOWN | _READ_ONLY


def is_duplicate(error: IntegrityError) -> bool:
    """Return whether a primary or unique key is a duplicate."""
    return _code(error) == ER.DUP_ENTRY or getattr(error.orig, "sqlite_errorcode", None) in (
        SQLITE_CONSTRAINT_PRIMARYKEY,
        SQLITE_CONSTRAINT_UNIQUE,
    )


def violated_constraint(error: IntegrityError) -> UniqueConstraint | None:
    """Return the unique constraint that an insert or update broke."""
    said = error.orig.args if error.orig else ()
    message = str(said[-1]) if said else ""
    # the message quotes the value, which may contain anything: only its end is reliable
    if found := re.search(r"for key '(?:\w+\.)?(\w+)'$", message):
        return _constraint(lambda each: each.name == found[1])
    _, _, columns = message.partition("UNIQUE constraint failed: ")
    # SQLite names the columns of a broken constraint, not the constraint
    return _constraint(lambda each: _columns(each) == columns)


def _translated_driver_error(error: DBAPIError) -> Exception:
    if _cannot_connect(error):
        return Unavailable("The database can't be reached.")
    if error.connection_invalidated:
        return ConnectionLost("The connection was lost.")
    if _is_disk_full(error):
        return StorageFull("The database can't write to its disk, which may be full.")
    if _code(error) in _SHUTS_DOWN:
        return Retryable("The server is shutting down.")
    if _code(error) in _READ_ONLY:
        return Unavailable("The primary takes no writes now.")
    if _code(error) == _LOCK_WAIT_TIMEOUT:
        return LockTimeout("Another transaction held a lock for too long.")
    if _code(error) == _DEADLOCK or _sqlite_code(error) == SQLITE_BUSY:
        return Retryable("The transaction conflicted with another one.")
    if _code(error) == _QUERY_TOO_LONG:
        return Unavailable("The database took too long.")
    return error


def _cannot_connect(error: DBAPIError) -> bool:
    return isinstance(error, OperationalError) and _code(error) in _CANNOT_CONNECT


def _code(error: DBAPIError) -> object:
    arguments = error.orig.args if error.orig else ()
    return arguments[0] if arguments else None


def _is_disk_full(error: DBAPIError) -> bool:
    if _code(error) in _FAILED_WRITE:
        return _NO_SPACE.search(str(error.orig)) is not None
    extended = getattr(error.orig, "sqlite_errorcode", None)
    return _code(error) in _DISK_FULL or extended in (SQLITE_FULL, SQLITE_IOERR_WRITE)


def _sqlite_code(error: DBAPIError) -> int | None:
    code: int | None = getattr(error.orig, "sqlite_errorcode", None)
    # the low byte is the primary result code; the upper bits extend it
    return None if code is None else code & 0xFF


def _constraint(is_broken: Callable[[UniqueConstraint], bool]) -> UniqueConstraint | None:
    # searched when an error occurs, not at import: by then all tables are registered
    there = (each for table in METADATA.tables.values() for each in table.constraints)
    unique = (each for each in there if isinstance(each, UniqueConstraint))
    return next(filter(is_broken, unique), None)


def _columns(constraint: UniqueConstraint) -> str:
    return ", ".join(f"{constraint.table.name}.{column.name}" for column in constraint.columns)
