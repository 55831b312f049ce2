"""What the drivers' errors mean to the application."""

import re
from sqlite3 import (
    SQLITE_BUSY,
    SQLITE_CONSTRAINT_PRIMARYKEY,
    SQLITE_CONSTRAINT_UNIQUE,
    SQLITE_FULL,
    SQLITE_IOERR_WRITE,
)
from typing import Final

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
_CANNOT_CONNECT = frozenset({1040, 1045, 1049, 1129, 1203, 1226, 2002, 2003, 2005})
_SHUTS_DOWN = frozenset({1053, 1317})  # a statement that is interrupted is one of its signs
_READ_ONLY = frozenset({1290, 1836})  # it was a primary, and is one no longer
_DISK_FULL = frozenset({1021, 1114})
_FAILED_WRITE = frozenset({1026, 1030})  # the text has the system's error
_NO_SPACE = re.compile(r"\b(28|122|No space left)\b")
_TAKEN: Final = {
    "tenant_name": "name",
    "user_username": "username",
    "user_email": "email",
}


def translated(error: Exception) -> Exception:
    """Give the application's error for a driver's; the same one where it has none."""
    if isinstance(error, IntegrityError):
        field = _TAKEN.get(violated_constraint(error) or "")
        return Taken(field) if field else error
    if isinstance(error, PoolTimeoutError):
        return Unavailable("All connections to the database are in use.")
    if isinstance(error, DBAPIError):
        return _translated_driver_error(error)
    # a transport that died under the driver: it raises these as they come
    return ConnectionLost("The connection was lost.") if isinstance(error, OSError) else error


def is_lost(error: Exception) -> bool:
    """Tell whether the connection died, rather than that the server refused something."""
    return isinstance(error, OSError) or (
        isinstance(error, DBAPIError) and (error.connection_invalidated or _cannot_connect(error))
    )


def is_unusable_after(error: Exception) -> bool:
    """Tell whether the server is going, or not what it was: its connections must go too."""
    return isinstance(error, DBAPIError) and _code(error) in _SHUTS_DOWN | _READ_ONLY


def is_duplicate(error: IntegrityError) -> bool:
    """Tell whether a row of the same key was there."""
    return _code(error) == ER.DUP_ENTRY or getattr(error.orig, "sqlite_errorcode", None) in (
        SQLITE_CONSTRAINT_PRIMARYKEY,
        SQLITE_CONSTRAINT_UNIQUE,
    )


def violated_constraint(error: IntegrityError) -> str | None:
    """Give the name of the unique constraint that an insert or update broke."""
    said = error.orig.args if error.orig else ()
    message = str(said[-1]) if said else ""
    # MySQL quotes the value too, and a value may hold anything: only the end is the server's
    if found := re.search(r"for key '(?:\w+\.)?(\w+)'$", message):
        return found[1]
    _, _, columns = message.partition("UNIQUE constraint failed: ")
    return _SQLITE_NAMES.get(columns)


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
        return LockTimeout("Another transaction was in the way for too long.")
    if _code(error) == _DEADLOCK or _sqlite_code(error) == SQLITE_BUSY:
        return Retryable("Another transaction was in the way.")
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
    # the upper bits say more about the same
    return None if code is None else code & 0xFF


def _sqlite_names() -> dict[str, str]:
    # SQLite names the columns of a broken constraint, not the constraint
    return {
        ", ".join(f"{table.name}.{column.name}" for column in constraint.columns): constraint.name
        for table in METADATA.tables.values()
        for constraint in table.constraints
        if isinstance(constraint, UniqueConstraint) and isinstance(constraint.name, str)
    }


_SQLITE_NAMES: Final = _sqlite_names()
