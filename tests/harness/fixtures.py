"""The pytest plugin: MySQL servers for the tests that ask for them, and what it says without."""

import os
import re
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from tests.harness.mysql import MySQLPair, start_pair
from tests.harness.mysql_data import initial_data
from tests.harness.mysql_programs import MySQLProgram, ServersUnavailable, find_mysql

# what is missing, and why; the first is all that is said of several
NOT_RUN = "not run for want of {}: {}"
_MISSING = re.compile(r"not run for want of ([^:]+): (.*)")


def pytest_configure() -> None:
    """Makes a terminated run end as Ctrl-C ends it: by stopping its servers."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)


@pytest.fixture(scope="session")
def mysql_program() -> MySQLProgram:
    """How to run MySQL here. Without one the tests are skipped; REQUIRE_SERVERS=1: they fail."""
    try:
        program = find_mysql()
        initial_data(program)
        return program
    except ServersUnavailable as unavailable:
        reason = NOT_RUN.format("MySQL", unavailable)
    if os.environ.get("REQUIRE_SERVERS") == "1":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def mysql_pair(mysql_program: MySQLProgram) -> Iterator[MySQLPair]:
    """A primary and one replica that all tests share: leave them running and in step."""
    with _pairs() as new_pair:
        yield new_pair()


@pytest.fixture
def new_mysql_pair(mysql_program: MySQLProgram) -> Iterator[Callable[..., MySQLPair]]:
    """Starts servers that this test may kill: new_mysql_pair(replicas=2)."""
    with _pairs() as new_pair:
        yield new_pair


@pytest.fixture(scope="module")
def new_module_mysql_pair(mysql_program: MySQLProgram) -> Iterator[Callable[..., MySQLPair]]:
    """The same for the tests of one module, for its own fixtures to start."""
    with _pairs() as new_pair:
        yield new_pair


@contextmanager
def _pairs() -> Iterator[Callable[..., MySQLPair]]:
    started: list[MySQLPair] = []

    def new_pair(replicas: int = 1) -> MySQLPair:
        started.append(start_pair(replicas))
        return started[-1]

    try:
        yield new_pair
    finally:
        for pair in started:
            pair.discard()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One line for all tests that lacked the same."""
    reports = [*terminalreporter.getreports("skipped"), *terminalreporter.getreports("error")]
    reasons: dict[str, list[str]] = {}
    for found in filter(None, map(_missing, reports)):
        reasons.setdefault(found[1], []).append(found[2])
    for what, whys in reasons.items():
        terminalreporter.write_line(NOT_RUN.format(what, f"{len(whys)} tests ({whys[0]})"))


def _missing(report: pytest.TestReport) -> re.Match[str] | None:
    # Of a skipped test pytest keeps file, line and reason, of a failed one the text.
    said = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longreprtext
    return _MISSING.search(said)
