"""The pytest plugin: servers for the tests that ask for them, and what it says without."""

import os
import re
import signal
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol, TypeVar

import pytest

from tests.harness.mysql import MySQLPair, start_pair
from tests.harness.mysql_data import ready_mysql
from tests.harness.mysql_programs import MySQLProgram
from tests.harness.rabbitmq_program import RabbitMQProgram, find_rabbitmq
from tests.harness.rabbitmq_server import RabbitMQServer
from tests.harness.redis_program import RedisProgram, find_redis
from tests.harness.redis_server import RedisServer
from tests.harness.server import Server
from tests.harness.servers_folder import ServersUnavailable

NOT_RUN = re.compile(r"not run for want of ([^:]+): (.+)")


class Discardable(Protocol):
    """One server or several that were started."""

    def discard(self) -> None:
        """Ends all and removes their folders."""


Found = TypeVar("Found")
OneServer = TypeVar("OneServer", bound=Server)
Started = TypeVar("Started", bound=Discardable)


def pytest_configure() -> None:
    """Makes a terminated run end as Ctrl-C ends it: by stopping its servers."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)


@pytest.fixture(scope="session")
def mysql_program() -> MySQLProgram:
    """How to run MySQL here. Without one the tests are skipped; REQUIRE_SERVERS=1: they fail."""
    return _found("MySQL", ready_mysql)


@pytest.fixture(scope="session")
def mysql_pair(mysql_program: MySQLProgram) -> Iterator[MySQLPair]:
    """A primary and one replica that all tests share: leave them running and in step."""
    with _discarded(start_pair) as new_pair:
        yield new_pair()


@pytest.fixture
def new_mysql_pair(mysql_program: MySQLProgram) -> Iterator[Callable[..., MySQLPair]]:
    """Starts servers that this test may kill: new_mysql_pair(replicas=2)."""
    with _discarded(start_pair) as new_pair:
        yield new_pair


@pytest.fixture(scope="module")
def new_module_mysql_pair(mysql_program: MySQLProgram) -> Iterator[Callable[..., MySQLPair]]:
    """The same for the tests of one module, for its own fixtures to start."""
    with _discarded(start_pair) as new_pair:
        yield new_pair


@pytest.fixture(scope="session")
def redis_program() -> RedisProgram:
    """How to run Redis here, or the same as without MySQL."""
    return _found("Redis", find_redis)


@pytest.fixture(scope="session")
def redis(redis_program: RedisProgram) -> Iterator[RedisServer]:
    """A Redis that all tests share: use keys of your own prefix, and leave it running."""
    with _discarded(_starter(RedisServer, redis_program)) as new_redis:
        yield new_redis()


@pytest.fixture
def new_redis(redis_program: RedisProgram) -> Iterator[Callable[..., RedisServer]]:
    """Starts servers that this test may kill: new_redis(maxmemory="2mb", user="ann", …)."""
    with _discarded(_starter(RedisServer, redis_program)) as new_redis:
        yield new_redis


@pytest.fixture(scope="session")
def rabbitmq_program() -> RabbitMQProgram:
    """How to run RabbitMQ here, or the same as without MySQL."""
    return _found("RabbitMQ", find_rabbitmq)


@pytest.fixture(scope="session")
def rabbitmq(rabbitmq_program: RabbitMQProgram) -> Iterator[RabbitMQServer]:
    """A RabbitMQ that all tests share: use queues of your own, and leave it running."""
    with _discarded(_starter(RabbitMQServer, rabbitmq_program)) as new_rabbitmq:
        yield new_rabbitmq()


@pytest.fixture
def new_rabbitmq(rabbitmq_program: RabbitMQProgram) -> Iterator[Callable[..., RabbitMQServer]]:
    """Starts servers that this test may kill: new_rabbitmq()."""
    with _discarded(_starter(RabbitMQServer, rabbitmq_program)) as new_rabbitmq:
        yield new_rabbitmq


def _found(server: str, find: Callable[[], Found]) -> Found:
    try:
        return find()
    except ServersUnavailable as unavailable:
        reason = f"not run for want of {server}: {unavailable}"
    if os.environ.get("REQUIRE_SERVERS") == "1":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


def _starter(kind: Callable[..., OneServer], program: object) -> Callable[..., OneServer]:
    def start(**options: str) -> OneServer:
        server = kind(program, **options)
        server.start()
        return server

    return start


@contextmanager
def _discarded(start: Callable[..., Started]) -> Iterator[Callable[..., Started]]:
    started: list[Started] = []

    def start_and_remember(**options: Any) -> Started:
        started.append(start(**options))
        return started[-1]

    try:
        yield start_and_remember
    finally:
        for servers in started:
            servers.discard()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One line for all tests that had no MySQL, one for Redis, and so on."""
    reasons = defaultdict(list)
    for report in (*terminalreporter.getreports("skipped"), *terminalreporter.getreports("error")):
        if not_run := NOT_RUN.search(_said(report)):
            reasons[not_run[1]].append(not_run[2])
    for server, of_server in reasons.items():
        terminalreporter.write_line(
            f"not run for want of {server}: {len(of_server)} tests ({of_server[0]})"
        )


def _said(report: pytest.TestReport) -> str:
    # Of a skipped test pytest keeps file, line and reason, of a failed one the text.
    return report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longreprtext
