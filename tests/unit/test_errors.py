"""What the drivers' errors come to: the application sees no error numbers."""

import sqlite3
from typing import Any

import pytest
from pymysql import err
from sqlalchemy import UniqueConstraint
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from application.unit_of_work import Retryable, StorageFull, Unavailable
from core.blog.aggregates import AGGREGATES
from domain.errors import Taken
from infra.database.errors import is_lost, translated, violated_constraint
from infra.database.tables import METADATA

FIELDS = {
    ("picture", "picture_of_digest"): "file",
    ("tenant", "tenant_name"): "name",
    ("user", "user_username"): "username",
    ("user", "user_email"): "email",
}
# their keys are made by the program, whatever is sent
TENANT = r"\x01\xA1\xF7\xCE\x7F\xE4xQ\xBAA\x0Aq\xAD$\xBB\xF5-"


def of_mysql(number: int, message: str = "words", *, lost: bool = False) -> DBAPIError:
    return OperationalError(
        "SELECT 1", {}, err.OperationalError(number, message), connection_invalidated=lost
    )


def of_sqlite(code: int) -> DBAPIError:
    original = sqlite3.OperationalError("database is locked")
    original.sqlite_errorcode = code
    return OperationalError("SELECT 1", {}, original)


def duplicate(key: str, value: str = f"{TENANT}ann") -> IntegrityError:
    message = f"Duplicate entry '{value}' for key '{key}'"
    return IntegrityError("INSERT", {}, err.IntegrityError(1062, message))


# a post has one row of words, and a periodic job one row a period, whatever is sent
NOT_TYPED = ("post_search", "job", "confirmation", "personal_token", "post_grant")


def not_unique(columns: str) -> IntegrityError:
    original = sqlite3.IntegrityError(f"UNIQUE constraint failed: {columns}")
    return IntegrityError("INSERT", {}, original)


def unique_constraints() -> list[UniqueConstraint]:
    """All that input can break, of the machine and of all aggregates."""
    assert AGGREGATES  # they bring their tables
    tables = [each for each in METADATA.tables.values() if each.name not in NOT_TYPED]
    there = [each for table in tables for each in table.constraints]
    unique = [each for each in there if isinstance(each, UniqueConstraint)]
    # a set: each process would have them in an order of its own
    return sorted(unique, key=lambda each: str(each.name))


def test_every_unique_constraint_that_input_can_break_names_a_field() -> None:
    named = {(each.table.name, each.name): each.info["field"] for each in unique_constraints()}
    assert named == FIELDS


@pytest.mark.parametrize("constraint", unique_constraints(), ids=lambda each: str(each.name))
def test_a_broken_unique_constraint_names_its_field(constraint: UniqueConstraint) -> None:
    table, name = constraint.table.name, str(constraint.name)
    on_sqlite = not_unique(", ".join(f"{table}.{each.name}" for each in constraint.columns))
    for error in (duplicate(f"{table}.{name}"), duplicate(name), on_sqlite):
        assert violated_constraint(error) is constraint
        taken = translated(error)
        assert isinstance(taken, Taken)
        assert taken.field == constraint.info["field"]


@pytest.mark.parametrize(
    "value",
    [
        'the "best"',
        'it\'s the "best"',
        "x' for key 'user_email",
        "x' for key 'user.user_email",
        "x' for key 'nothing",
        "back\\slash",
        "",
        # a tenant's bytes are random: one of them may be a quote
        TENANT.replace("$", '"') + "ann",
        TENANT.replace("$", "'") + "ann",
    ],
)
def test_no_value_passes_for_the_name_of_a_constraint(value: str) -> None:
    taken = translated(duplicate("user.user_username", value))
    assert isinstance(taken, Taken)
    assert taken.field == "username"


@pytest.mark.parametrize(
    "error",
    [
        duplicate("post.PRIMARY"),
        duplicate("address.PRIMARY"),
        not_unique("post.id"),
        not_unique("address.tenant, address.address"),
        IntegrityError("INSERT", {}, err.IntegrityError(1048, "Column 'title' cannot be null")),
        IntegrityError("INSERT", {}, sqlite3.IntegrityError("NOT NULL constraint failed: post.t")),
        IntegrityError("INSERT", {}, Exception()),
        of_mysql(1064, "You have an error in your SQL syntax"),
        of_mysql(1364, "Field 'x' doesn't have a default value"),
        DBAPIError("SELECT 1", {}, Exception()),
        ValueError("words"),
    ],
)
def test_what_has_no_meaning_stays_as_it_is(error: Exception) -> None:
    assert translated(error) is error
    assert not is_lost(error)


@pytest.mark.parametrize(
    "error",
    [
        of_mysql(1213, "Deadlock found when trying to get lock; try restarting transaction"),
        of_mysql(1205, "Lock wait timeout exceeded; try restarting transaction"),
        of_sqlite(sqlite3.SQLITE_BUSY),
        of_sqlite(sqlite3.SQLITE_BUSY_SNAPSHOT),
        of_sqlite(sqlite3.SQLITE_BUSY_RECOVERY),
    ],
)
def test_what_was_in_the_way_may_be_tried_again(error: Exception) -> None:
    assert isinstance(translated(error), Retryable)
    assert not is_lost(error)


@pytest.mark.parametrize(
    "error",
    [
        of_mysql(2006, "MySQL server has gone away", lost=True),
        of_mysql(2013, "Lost connection to MySQL server during query", lost=True),
        InterfaceError("SELECT 1", {}, err.InterfaceError(0, "Not connected"), False, True),
        ConnectionResetError(104, "Connection reset by peer"),
        BrokenPipeError(),
        TimeoutError(),
    ],
)
def test_a_lost_connection_may_be_tried_again_but_never_a_commit(error: Exception) -> None:
    assert isinstance(translated(error), Retryable)
    assert is_lost(error)


@pytest.mark.parametrize("number", [1040, 1045, 1049, 2002, 2003, 2005])
def test_a_database_that_cannot_be_reached_is_unavailable(number: int) -> None:
    for lost in (False, True):
        assert isinstance(translated(of_mysql(number, lost=lost)), Unavailable)
    assert is_lost(of_mysql(number))


def test_no_connection_left_is_unavailable() -> None:
    error = PoolTimeoutError("QueuePool limit of size 10 overflow 20 reached")
    assert isinstance(translated(error), Unavailable)
    assert not is_lost(error)


def test_a_query_that_took_too_long_is_unavailable() -> None:
    assert isinstance(translated(of_mysql(3024)), Unavailable)
    assert not is_lost(of_mysql(3024))


@pytest.mark.parametrize("number", [1021, 1114])
def test_a_full_disk_of_mysql_is_told(number: int) -> None:
    assert isinstance(translated(of_mysql(number)), StorageFull)


def test_a_write_that_failed_for_want_of_room_is_told() -> None:
    full = "Error writing file './binlog.000001' (OS errno 28 - No space left on device)"
    assert isinstance(translated(of_mysql(1026, full)), StorageFull)
    broken = of_mysql(1030, "Got error 168 from storage engine")
    assert translated(broken) is broken


@pytest.mark.parametrize("code", [sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE])
def test_a_full_disk_of_sqlite_is_told(code: int) -> None:
    assert isinstance(translated(of_sqlite(code)), StorageFull)


@pytest.mark.parametrize("code", [sqlite3.SQLITE_ERROR, sqlite3.SQLITE_LOCKED])
def test_another_error_of_sqlite_stays_as_it_is(code: int) -> None:
    error: Any = of_sqlite(code)
    assert translated(error) is error
