"""deploy/backup.sh: a backup is made, checked, and restored on another server."""

import gzip
import shlex
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from core.blog.container import blog_container
from tests.conftest import fresh_api, running
from tests.harness.mysql import MySQLPair
from tests.harness.mysql_programs import MySQLProgram
from tests.harness.mysql_server import MySQLServer
from tests.support.server import ENVIRONMENT, ROOT
from tests.support.settings import settings_for

Said = tuple[int, str, str]
Backup = Callable[..., Said]
CLIENTS = ("mysql", "mysqldump", "mysqlcheck")


@pytest.fixture
def clients(tmp_path: Path, mysql_program: MySQLProgram) -> Path:
    """A folder with MySQL's client programs, those that came with the server."""
    folder = tmp_path / "bin"
    folder.mkdir()
    *loader, mysqld = mysql_program.argv
    for name in CLIENTS:
        path = str(Path(mysqld).parents[1] / "bin" / name)
        client = folder / name
        client.write_text(f'#!/bin/sh\nexec {shlex.join([*loader, path])} "$@"\n')
        client.chmod(0o700)
    return folder


@pytest.fixture
def backup(tmp_path: Path, clients: Path) -> Backup:
    """Run the script for a database of a server."""

    def done(command: str, file: Path, server: MySQLServer, database: str) -> Said:
        account = tmp_path / "account.cnf"
        address = f"host={server.host}\nport={server.port}\nprotocol=tcp\n"
        account.write_text(f"[client]\nuser=root\npassword=test\n{address}")
        variables = {
            "MYSQL_OPTIONS": str(account),
            "DATABASE_NAME": database,
            "PATH": f"{clients}:{ENVIRONMENT['PATH']}",
        }
        said = subprocess.run(
            ["deploy/backup.sh", command, file],
            cwd=ROOT,
            env=ENVIRONMENT | variables,
            capture_output=True,
            text=True,
            timeout=180,
        )
        return said.returncode, said.stdout, said.stderr

    return done


async def test_a_backup_is_restored_with_its_positions(
    mysql_pair: MySQLPair,
    new_mysql_pair: Callable[..., MySQLPair],
    backup: Backup,
    tmp_path: Path,
) -> None:
    source, database, file = mysql_pair.primary, "blog_to_back_up", tmp_path / "blog.sql.gz"
    source_settings = settings_for(source.url(database))
    await blog_container(source_settings).migrate()
    async with running(source_settings) as container, fresh_api(container) as api:
        await api.write(await api.person(), title="Ünited")
    code, said, error = backup("make", file, source, database)
    assert (code, error) == (0, "")
    assert said.startswith(f"{file}: ")
    assert file.stat().st_mode & 0o777 == 0o600
    assert backup("check", file, source, database) == (0, "", "")
    target = new_mysql_pair(replicas=0).primary
    target.execute("CREATE DATABASE another")  # with a position of its own, which goes
    code, said, error = backup("restore", file, target, database)
    assert (code, error) == (0, "")
    assert said.startswith(f"restored {database}: revision ")
    assert said.endswith(", 1 posts\n")
    contained = f"SELECT GTID_SUBSET('{target.gtid_executed()}', '{source.gtid_executed()}')"
    assert target.execute(contained) == [(1,)]
    assert target.execute(f"SELECT title FROM {database}.post") == [("Ünited",)]
    async with running(settings_for(target.url(database))) as container:
        assert (await container.readiness()).status == "ready"
    code, _, error = backup("restore", file, target, database)
    reason = f"the server has a database {database}: restore into an empty server"
    assert (code, error) == (1, f"backup.sh: {reason}\n")


DUMP = (
    "SET @@GLOBAL.GTID_PURGED='a:1-9';\n"
    "CREATE TABLE `alembic_version` (\n);\n"
    "-- Dump completed on 2026-01-02\n"
)


@pytest.mark.parametrize(
    ("dump", "lost_bytes", "reason"),
    [
        (DUMP, 9, "is damaged: take an earlier one"),
        (DUMP.rpartition("-- Dump")[0], 0, "ends too early"),
        (DUMP.replace("GTID", ""), 0, "has no GTIDs"),
        (DUMP.replace("alembic", ""), 0, "is no backup of a blog"),
    ],
)
@pytest.mark.parametrize("command", ["check", "restore"])
def test_what_is_no_whole_backup_is_refused(
    mysql_pair: MySQLPair,
    backup: Backup,
    tmp_path: Path,
    command: str,
    dump: str,
    lost_bytes: int,
    reason: str,
) -> None:
    file, compressed = tmp_path / "blog.sql.gz", gzip.compress(dump.encode())
    file.write_bytes(compressed[: len(compressed) - lost_bytes])
    code, _, error = backup(command, file, mysql_pair.primary, "nothing")
    assert code == 1
    assert error.endswith(f"backup.sh: {file} {reason}\n")


def test_what_fails_leaves_no_file(mysql_pair: MySQLPair, backup: Backup, tmp_path: Path) -> None:
    file = tmp_path / "blog.sql.gz"
    code, _, error = backup("make", file, mysql_pair.primary, "nothing")
    assert code != 0
    assert "Unknown database" in error
    assert list(tmp_path.glob("blog*")) == []
    file.write_text("an earlier one")
    assert backup("make", file, mysql_pair.primary, "nothing")[2].endswith("give another name\n")
    assert file.read_text() == "an earlier one"
