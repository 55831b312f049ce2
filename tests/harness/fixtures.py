"""The pytest plugin: fixtures of servers, and a summary of the tests skipped without them."""

import os
import re
import signal
from collections import defaultdict
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol, TypeVar

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.harness.buildah_program import BuildahProgram, find_buildah
from tests.harness.chromium_program import QUIET, ChromiumProgram, find_chromium
from tests.harness.mysql import MySQLPair, start_pair
from tests.harness.mysql_data import ready_mysql
from tests.harness.mysql_programs import MySQLProgram
from tests.harness.nginx_program import NginxProgram, find_nginx
from tests.harness.nginx_server import NginxServer
from tests.harness.prometheus_program import PrometheusProgram, find_prometheus
from tests.harness.prometheus_server import PrometheusServer
from tests.harness.rabbitmq_program import RabbitMQProgram, find_rabbitmq
from tests.harness.rabbitmq_server import RabbitMQServer
from tests.harness.redis_program import RedisProgram, find_redis
from tests.harness.redis_server import RedisServer
from tests.harness.server import Server
from tests.harness.servers_folder import ServersUnavailable
from tests.harness.zsh_program import find_zsh

NOT_RUN = re.compile(r"not run for want of ([^:]+): (.+)")
# what neither the requirements nor Debian's packages bring
NOT_BROUGHT = ("Docker Compose", "buildah", "node", "the real posts")


class Discardable(Protocol):
    """One server or several that were started."""

    def discard(self) -> None:
        """Ends all and removes their folders."""


Found = TypeVar("Found")
OneServer = TypeVar("OneServer", bound=Server)
Started = TypeVar("Started", bound=Discardable)
Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)


def pytest_configure() -> None:
    """Makes a terminated run end as Ctrl-C ends it: by stopping its servers."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Lets a test that did not run fail under REQUIRE_SERVERS=1."""
    report = yield
    return _failed_if_required(report)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """The same of a module that did not run as a whole."""
    report = yield
    return _failed_if_required(report)


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


@pytest.fixture(scope="session")
def nginx_program() -> NginxProgram:
    """How to run nginx here, or the same as without MySQL."""
    return _found("nginx", find_nginx)


@pytest.fixture(scope="session")
def prometheus_program() -> PrometheusProgram:
    """How to run Prometheus here, or the same as without MySQL."""
    return _found("Prometheus", find_prometheus)


@pytest.fixture(scope="module")
def new_module_prometheus(
    prometheus_program: PrometheusProgram,
) -> Iterator[Callable[..., PrometheusServer]]:
    """Starts servers for the tests of one module: new_module_prometheus(jobs=…, rules=…)."""
    with _discarded(_starter(PrometheusServer, prometheus_program)) as new_prometheus:
        yield new_prometheus


@pytest.fixture(scope="session")
def zsh() -> Path:
    """The path of zsh, or the same as without MySQL."""
    return _found("zsh", find_zsh)


@pytest.fixture(scope="session")
def chromium() -> ChromiumProgram:
    """How to run Chromium here, or the same as without MySQL."""
    return _found("chromium", find_chromium)


@pytest.fixture(scope="module")
def browser(chromium: ChromiumProgram) -> Iterator[Browser]:
    """A browser without a window; open a page of your own."""
    environment: dict[str, str | float | bool] = {**os.environ, **chromium.environment}
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(
            executable_path=chromium.path, args=QUIET, env=environment, chromium_sandbox=False
        )


@pytest.fixture(scope="module")
def new_module_nginx(nginx_program: NginxProgram) -> Iterator[Callable[..., NginxServer]]:
    """Starts servers for the tests of one module: new_module_nginx(files=…)."""
    with _discarded(_starter(NginxServer, nginx_program)) as new_nginx:
        yield new_nginx


@pytest.fixture(scope="session")
def buildah_program() -> BuildahProgram:
    """How to build images here; without, tests are skipped, also under REQUIRE_SERVERS=1."""
    return _found("buildah", find_buildah)


def _found(server: str, find: Callable[[], Found]) -> Found:
    try:
        return find()
    except ServersUnavailable as unavailable:
        pytest.skip(f"not run for want of {server}: {unavailable}")


def _starter(kind: Callable[..., OneServer], program: object) -> Callable[..., OneServer]:
    def start(**options: Any) -> OneServer:
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


def _failed_if_required(report: Report) -> Report:
    is_expected_to_fail = hasattr(report, "wasxfail")
    if report.skipped and not is_expected_to_fail and os.environ.get("REQUIRE_SERVERS") == "1":
        said = _said(report)
        not_run = NOT_RUN.search(said)
        if not (not_run and not_run[1] in NOT_BROUGHT):
            report.outcome, report.longrepr = "failed", said
    return report


def _said(report: pytest.TestReport | pytest.CollectReport) -> str:
    # Of a skipped test pytest keeps file, line and reason, of a failed one the text.
    return report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longreprtext
