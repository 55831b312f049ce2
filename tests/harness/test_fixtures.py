"""Without MySQL its tests are skipped and counted in one line, or fail where servers are due."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
WITHOUT_MYSQL = """\
import tests.harness.fixtures
from tests.harness.mysql_programs import ServersUnavailable

def find_nothing():
    raise ServersUnavailable("nothing here")

tests.harness.fixtures.find_mysql = find_nothing
"""
THREE_TESTS = """\
def test_shared(mysql_pair): pass
def test_own(new_mysql_pair): pass
def test_none(): pass
"""


@pytest.fixture
def project_without_mysql(tmp_path: Path) -> Path:
    (tmp_path / "conftest.py").write_text(WITHOUT_MYSQL)
    (tmp_path / "test_three.py").write_text(THREE_TESTS)
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


def test_they_are_skipped_and_counted_in_one_line(project_without_mysql: Path) -> None:
    run = run_pytest(project_without_mysql, require_servers="0")
    assert run.returncode == 0
    assert "1 passed, 2 skipped" in run.stdout
    assert "not run for want of MySQL: 2 tests (nothing here)\n" in run.stdout


def test_they_fail_where_servers_are_required(project_without_mysql: Path) -> None:
    run = run_pytest(project_without_mysql, require_servers="1")
    assert run.returncode == 1
    assert "1 passed, 2 errors" in run.stdout
    assert "not run for want of MySQL: 2 tests (nothing here)\n" in run.stdout
