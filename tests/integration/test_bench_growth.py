"""`make bench-growth` on small blogs, and the blogs that it loads."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import make_url

from bench.many_posts import load
from infra.database.tables import METADATA
from tests.harness.mysql import MySQLPair
from tests.support.databases import migrated
from tests.support.server import ENVIRONMENT, ROOT

KINDS = {
    "first page",
    "page 50",
    "by tag",
    "by author",
    "one post",
    "comments of a post",
    "tags",
    "search, 200 posts",
    "search, every 50th post",
}


@pytest.mark.usefixtures("mysql_program", "redis_program")
def test_a_run_writes_figures_a_table_and_plots(tmp_path: Path) -> None:
    small = ("--size", "1200", "--size", "2000", "--rounds", "2", "--results", str(tmp_path))
    run = subprocess.run(
        [sys.executable, "-m", "bench.growth", *small],
        cwd=ROOT,
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        timeout=180,
    )
    found = json.loads((tmp_path / "growth.json").read_text())
    assert {growth["kind"] for growth in found} == KINDS
    assert {figure["posts"] for growth in found for figure in growth["figures"]} == {1200, 2000}
    assert all(figure["reads"] == 10 for growth in found for figure in growth["figures"])
    assert run.returncode == (not all(growth["holds"] for growth in found)), run.stderr
    for name, begins in (("md", b"| p50"), ("png", b"\x89PNG"), ("svg", b"<?xml")):
        assert (tmp_path / f"growth.{name}").read_bytes().startswith(begins)


async def test_each_load_stores_the_same_past_the_log(mysql_pair: MySQLPair) -> None:
    settings = await migrated(mysql_pair)
    servers = (mysql_pair.primary, *mysql_pair.replicas)
    before = mysql_pair.primary.gtid_executed()
    urls = [make_url(server.url(str(settings.primary.database))) for server in servers]
    stored: list[int] = []
    for url in urls:
        await load(url, 200, str, stored.append)
    assert mysql_pair.primary.gtid_executed() == before

    def told(server: int, statement: str) -> list[tuple[object, ...]]:
        return servers[server].execute(statement.format(settings.primary.database))

    names = ", ".join(f"{{0}}.`{table.name}`" for table in METADATA.sorted_tables)
    assert told(0, f"CHECKSUM TABLE {names}") == told(1, f"CHECKSUM TABLE {names}")
    assert told(1, "SELECT body FROM {}.post WHERE slug = 'post-7'") == [("7",)]
    assert sum(stored) > 2 * 5 * 200
