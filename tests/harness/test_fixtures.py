"""Without a server its tests are skipped and counted in one line, or fail where it is due."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
WITHOUT_SERVERS = """\
import tests.harness.fixtures
from tests.harness.servers_folder import ServersUnavailable

def find_nothing():
    raise ServersUnavailable("nothing here")

tests.harness.fixtures.ready_mysql = find_nothing
tests.harness.fixtures.find_redis = find_nothing
tests.harness.fixtures.find_rabbitmq = find_nothing
tests.harness.fixtures.find_nginx = find_nothing
"""
TESTS = """\
def test_shared_mysql(mysql_pair): pass
def test_own_mysql(new_mysql_pair): pass
def test_shared_redis(redis): pass
def test_own_redis(new_redis): pass
def test_shared_rabbitmq(rabbitmq): pass
def test_own_rabbitmq(new_rabbitmq): pass
def test_own_nginx(new_module_nginx): pass
def test_none(): pass
"""
OTHERS = """\
import pytest

@pytest.mark.skipif(True, reason="no time for it")
def test_marked(): pass

@pytest.mark.xfail
def test_known_to_fail(): assert False

@pytest.fixture
def compose(): pytest.skip("not run for want of Docker Compose: put `docker compose` on PATH")

def test_with_compose(compose): pass
"""
NO_MODULE = """\
import pytest

pytest.importorskip("a_module_that_nobody_has")
"""
LINES = (
    "not run for want of MySQL: 2 tests (nothing here)\n",
    "not run for want of Redis: 2 tests (nothing here)\n",
    "not run for want of RabbitMQ: 2 tests (nothing here)\n",
    "not run for want of nginx: 1 tests (nothing here)\n",
)


@pytest.fixture
def project_without_servers(tmp_path: Path) -> Path:
    (tmp_path / "conftest.py").write_text(WITHOUT_SERVERS)
    (tmp_path / "test_some.py").write_text(TESTS)
    return tmp_path


def run_pytest(folder: Path, require_servers: str) -> subprocess.CompletedProcess[str]:
    options = ["-p", "no:cacheprovider", "-p", "tests.harness.fixtures"]
    return subprocess.run(
        [sys.executable, "-m", "pytest", *options, f"--rootdir={folder}", folder],
        cwd=PROJECT,
        env={**os.environ, "REQUIRE_SERVERS": require_servers},
        capture_output=True,
        text=True,
        check=False,
    )


def test_they_are_skipped_and_counted_in_one_line(project_without_servers: Path) -> None:
    run = run_pytest(project_without_servers, require_servers="0")
    assert run.returncode == 0
    assert "1 passed, 7 skipped" in run.stdout
    assert all(line in run.stdout for line in LINES)


def test_they_fail_where_servers_are_required(project_without_servers: Path) -> None:
    run = run_pytest(project_without_servers, require_servers="1")
    assert run.returncode == 1
    assert "1 passed, 7 errors" in run.stdout
    assert all(line in run.stdout for line in LINES)


@pytest.mark.parametrize(
    ("require_servers", "ends_in"),
    [("0", "2 skipped, 1 xfailed"), ("1", "1 skipped, 1 xfailed, 1 error")],
)
def test_only_what_nobody_brings_may_be_missing_there(
    tmp_path: Path, require_servers: str, ends_in: str
) -> None:
    (tmp_path / "test_some.py").write_text(OTHERS)
    assert ends_in in run_pytest(tmp_path, require_servers).stdout


@pytest.mark.parametrize(("require_servers", "code"), [("0", 5), ("1", 2)])
def test_a_module_of_tests_that_lacks_another_fails_there(
    tmp_path: Path, require_servers: str, code: int
) -> None:
    (tmp_path / "test_some.py").write_text(NO_MODULE)
    run = run_pytest(tmp_path, require_servers)
    assert run.returncode == code
    assert ("a_module_that_nobody_has" in run.stdout) == (code == 2)
