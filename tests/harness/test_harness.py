"""The harness gives real servers that replicate, lag, die and come back."""

from collections.abc import Callable

import pymysql  # type: ignore[import-untyped,unused-ignore]
import pytest

from tests.harness.mysql import MySQLPair, MySQLServer, Replica

NewPair = Callable[..., MySQLPair]


def make_table(server: MySQLServer, database: str) -> str:
    server.execute(f"CREATE DATABASE {database}")
    server.execute(f"CREATE TABLE {database}.numbers (n INT PRIMARY KEY)")
    return f"{database}.numbers"


def insert(server: MySQLServer, table: str, number: int) -> None:
    server.execute(f"INSERT INTO {table} VALUES ({number})")


def numbers(server: MySQLServer, table: str) -> list[int]:
    return [n for (n,) in server.execute(f"SELECT n FROM {table} ORDER BY n")]


def test_a_replica_shows_what_its_primary_committed(mysql_pair: MySQLPair) -> None:
    [replica] = mysql_pair.replicas
    table = make_table(mysql_pair.primary, "shown")
    insert(mysql_pair.primary, table, 1)

    replica.wait_until_caught_up()

    assert numbers(replica, table) == [1]
    assert replica.gtid_executed() == mysql_pair.primary.gtid_executed()


def test_a_replica_that_is_held_back_is_stale_until_let_go(mysql_pair: MySQLPair) -> None:
    [replica] = mysql_pair.replicas
    table = make_table(mysql_pair.primary, "held_back")
    replica.wait_until_caught_up()

    replica.stop_applying()
    insert(mysql_pair.primary, table, 1)
    with pytest.raises(TimeoutError):
        replica.wait_until_caught_up(timeout=0.2)
    assert numbers(replica, table) == []

    replica.start_applying()
    replica.wait_until_caught_up()
    assert numbers(replica, table) == [1]


def test_statements_are_counted_by_kind(mysql_pair: MySQLPair) -> None:
    table = make_table(mysql_pair.primary, "counted")
    before = mysql_pair.primary.statement_counts()

    insert(mysql_pair.primary, table, 1)
    numbers(mysql_pair.primary, table)
    mysql_pair.primary.gtid_executed()

    grown = mysql_pair.primary.statement_counts() - before
    assert (grown["insert"], grown["select"], grown["update"]) == (1, 1, 0)


def test_the_url_is_one_that_sqlalchemy_takes(mysql_pair: MySQLPair) -> None:
    port = mysql_pair.primary.port
    assert mysql_pair.primary.url("blog") == f"mysql+aiomysql://root:test@127.0.0.1:{port}/blog"


def test_a_killed_primary_comes_back_with_its_data(new_mysql_pair: NewPair) -> None:
    pair = new_mysql_pair()
    table = make_table(pair.primary, "killed")
    insert(pair.primary, table, 1)

    pair.primary.kill()
    with pytest.raises(pymysql.OperationalError):
        pair.primary.execute("SELECT 1")
    pair.primary.restart()

    insert(pair.primary, table, 2)
    pair.replicas[0].wait_until_caught_up()
    assert numbers(pair.replicas[0], table) == [1, 2]


def test_a_promoted_replica_leads_the_other_one(new_mysql_pair: NewPair) -> None:
    pair = new_mysql_pair(replicas=2)
    promoted, follower = pair.replicas
    table = make_table(pair.primary, "promoted")
    promoted.wait_until_caught_up()
    pair.primary.kill()

    promoted.promote()
    follower.replicate_from(promoted)
    insert(promoted, table, 1)
    follower.wait_until_caught_up()

    assert numbers(follower, table) == [1]
    assert (is_read_only(promoted), is_read_only(follower)) == (False, True)
    promoted.restart()
    assert not is_read_only(promoted)


def is_read_only(server: Replica) -> bool:
    return server.execute("SELECT @@GLOBAL.read_only") == [(1,)]


def test_a_suspended_server_answers_once_it_is_resumed(new_mysql_pair: NewPair) -> None:
    primary = new_mysql_pair(replicas=0).primary
    primary.suspend()
    with pytest.raises(pymysql.OperationalError, match="timed out"):
        pymysql.connect(
            host=primary.host, port=primary.port, user="root", password="test", read_timeout=0.2
        )

    primary.resume()

    assert primary.execute("SELECT 1") == [(1,)]


def test_discarded_servers_leave_no_folder(new_mysql_pair: NewPair) -> None:
    pair = new_mysql_pair()
    pair.discard()
    assert not any(server.folder.exists() for server in (pair.primary, *pair.replicas))
