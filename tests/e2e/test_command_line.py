"""Every command, its exit codes, and the one line that says what is wrong."""

import json
import os
import re
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from urllib.request import Request, urlopen
from uuid import UUID

import httpx
import pytest
from httpx import post

from tests.e2e.command_line import CommandLine
from tests.harness.mysql import MySQLPair
from tests.harness.waiting import wait_until
from tests.support.server import ROOT

SECRET = "a secret that is long enough for HS256"
NO_SERVER = {"DATABASE_URL": "mysql://a:b@127.0.0.1:1/blog", "JWT_SECRET": SECRET}
A_FILE = {"DATABASE_URL": "sqlite:///blog.db", "JWT_SECRET": SECRET}
POST = ROOT / "tests" / "corpus" / "stop-press.md"
TO_MIGRATE = "run `python main.py migrate`.\n"
PROMOTE = ("users", "promote", "ada")


@pytest.fixture
def line(tmp_path: Path) -> CommandLine:
    return CommandLine(tmp_path)


def test_help_says_what_each_command_does(line: CommandLine) -> None:
    code, out, _ = line.said("--help")
    assert code == 0
    for command in ("serve", "migrate", "import", "export", "users", "tenants", "jobs"):
        assert re.search(rf"^\W*{command} +[A-Z].+\.\W*$", out, re.MULTILINE), command


def test_migrate_says_so_each_time(line: CommandLine) -> None:
    for _ in range(2):
        assert line.said("migrate") == (0, "The schema is up to date.\n", "")


def test_migrate_says_what_it_would_do(line: CommandLine) -> None:
    code, out, err = line.said("migrate", "--check")
    assert (code, err) == (1, "")
    assert out.startswith("0046_01 ")
    assert len(out.splitlines()) > 20
    assert not line.rows("SELECT name FROM sqlite_master")
    line.run("migrate")
    assert line.said("migrate", "--check") == (0, "The schema is up to date.\n", "")
    with closing(sqlite3.connect(line.folder / "data" / "broadsheet.db")) as database, database:
        database.execute("UPDATE alembic_version SET version_num = '0054'")
    code, out, _ = line.said("migrate", "--check")
    assert code == 1
    assert out.startswith("0055 Create the table of the settings of blogs.\n0056 ")


def test_promote_gives_a_role(line: CommandLine) -> None:
    line.run("import", POST)
    for role, options in (("admin", ()), ("reader", ("--role", "reader"))):
        said = line.said("users", "promote", "Renée-Zürn", *options)
        assert said == (0, f"The role of Renée-Zürn is {role} now.\n", "")
        assert line.rows("SELECT role FROM user") == [(role,)]


def test_nobody_cannot_be_promoted(line: CommandLine) -> None:
    assert line.said("users", "promote", "nobody") == (1, "", "There is no such user.\n")
    assert line.run("users", "promote", "nobody", "--role", "king").returncode == 2


def logged_in(address: str, password: str) -> int:
    """Return the status of a login of Ada's with this password."""
    return post(
        f"{address}/api/v1/auth/token", data={"username": "ada", "password": password}
    ).status_code


def test_an_operator_sets_passwords_and_closes_accounts(line: CommandLine) -> None:
    with line.server() as address:
        ada = {"username": "ada", "email": "ada@x.org", "password": "of her own choice"}
        assert post(f"{address}/api/v1/auth/register", json=ada).status_code == 201
    said = line.fed("of the operator\n", "users", "password", "ada")
    assert said == (0, "The password of ada is set, and their logins have ended.\n", "")
    assert line.rows("SELECT count(*) FROM token_family WHERE revoked_at IS NULL") == [(0,)]
    too_short = (1, "", "password: It must have 8 to 128 characters.\n")
    assert line.fed("short\n", "users", "password", "ada") == too_short
    with line.server() as address:
        passwords = ("of her own choice", "of the operator")
        assert [logged_in(address, each) for each in passwords] == [401, 200]
        for command, status in (("close", 401), ("open", 200)):
            assert line.said("users", command, "ada")[0] == 0
            assert logged_in(address, "of the operator") == status


def test_promote_in_a_tenant(line: CommandLine) -> None:
    line.run("tenants", "create", "Ada's blog")
    line.run("import", POST)
    line.run("import", POST, "--tenant", "Ada's blog")
    said = line.said("users", "promote", "Renée-Zürn", "--tenant", "Ada's blog")
    assert said == (0, "The role of Renée-Zürn is admin now.\n", "")
    rows = line.rows("SELECT role FROM user LEFT JOIN tenant ON tenant.id = tenant ORDER BY name")
    assert rows == [("admin",), ("author",)]
    no_tenant = (1, "", "There is no such tenant.\n")
    assert line.said("users", "promote", "Renée-Zürn", "--tenant", "Bob") == no_tenant


def test_tenants_print_nothing_but_the_value(line: CommandLine) -> None:
    code, out, err = line.said("tenants", "create", "Ada's blog")
    assert (code, err, out) == (0, "", f"{UUID(out.strip())}\n")
    code, token, err = line.said("tenants", "token", "Ada's blog")
    assert (code, err, token.count("\n")) == (0, "", 1)
    with line.server() as address:
        request = Request(f"{address}/api/v1/posts", headers={"X-Tenant-Token": token.strip()})
        with urlopen(request, timeout=10) as answer:
            assert json.load(answer)["total"] == 0


def test_a_tenants_token_is_revoked_while_a_server_runs(line: CommandLine) -> None:
    line.run("tenants", "create", "Ada")
    given = [line.said("tenants", "token", "Ada", *days) for days in ((), ("--days", "1"))]
    tokens = [token.strip() for _, token, _ in given]
    with line.server() as address, httpx.Client(base_url=address) as client:

        def status(token: str) -> int:
            return client.get("/api/v1/posts", headers={"X-Tenant-Token": token}).status_code

        for token in tokens:
            assert (status(token), status(token)) == (200, 200)
        for _ in range(2):
            said = line.said("tenants", "revoke", tokens[0])
            assert said == (0, "The token is revoked.\n", "")
        wait_until(lambda: status(tokens[0]) == 401, "the token is refused", timeout=1)
        assert status(tokens[1]) == 200
    no_token = (1, "", "The tenant token is not one of ours.\n")
    assert line.said("tenants", "revoke", "nonsense") == no_token


@pytest.mark.parametrize(
    ("command", "name", "reason"),
    [
        ("create", "Ada", "This name is taken: use another."),
        ("create", " ", "name: It can't be blank."),
        ("token", "Bob", "There is no such tenant."),
    ],
)
def test_tenants_that_cannot_be(line: CommandLine, command: str, name: str, reason: str) -> None:
    line.run("tenants", "create", "Ada")
    assert line.said("tenants", command, name) == (1, "", f"{reason}\n")


@pytest.mark.parametrize(
    ("command", "variable", "others"),
    [
        (("serve",), "JWT_SECRET", {"DATABASE_URL": "mysql://a:b@127.0.0.1/blog"}),
        (("serve", "--reload"), "ENVIRONMENT", {"ENVIRONMENT": "prod"}),
        (("migrate",), "DATABASE_USERNAME", {"DATABASE_URL": "localhost"}),
        (("import", POST), "PUBLIC_URL", {"PUBLIC_URL": "blog.test"}),
        (PROMOTE, "DATABASE_URL", {"ENVIRONMENT": "production"}),
        (PROMOTE, "JWT_SECRET", A_FILE | {"JWT_SECRET": "short", "ENVIRONMENT": "production"}),
    ],
)
def test_a_wrong_setting_is_named(
    line: CommandLine, command: tuple[str, ...], variable: str, others: dict[str, str]
) -> None:
    code, out, err = line.said(*command, **others)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert err.startswith(f"{variable}: ")


@pytest.mark.parametrize(
    "command", [("migrate",), ("import", POST), ("serve",), ("serve", "--workers", "2")]
)
def test_a_database_that_does_not_answer(line: CommandLine, command: tuple[str, ...]) -> None:
    code, out, err = line.said(*command, **NO_SERVER)
    assert (code, out, err.count("\n")) == (2, "", 1)
    reason = "no MySQL server answers at 127.0.0.1:1 (Connection refused)"
    assert err == f"DATABASE_URL: {reason}: start it, or name another\n"


def test_what_is_no_database_is_named(line: CommandLine) -> None:
    (line.folder / "blog.db").write_text("Not a database, but a file of some length.\n" * 50)
    reason = "DATABASE_URL: the database does not answer: file is not a database\n"
    assert line.said("serve", **A_FILE) == (2, "", reason)


@pytest.mark.parametrize("command", [("serve",), ("import", POST)])
def test_mysql_that_refuses_is_blamed_on_a_variable(
    line: CommandLine, mysql_pair: MySQLPair, command: tuple[str, ...]
) -> None:
    address = f"127.0.0.1:{mysql_pair.primary.port}"
    host = {"DATABASE_URL": address, "DATABASE_USERNAME": "root", "JWT_SECRET": SECRET}
    no_password = host | {"DATABASE_PASSWORD": "wrong", "DATABASE_NAME": "mysql"}
    no_database = host | {"DATABASE_PASSWORD": "test", "DATABASE_NAME": "nowhere"}
    whole = {"DATABASE_URL": f"mysql://root:wrong@{address}/mysql", "JWT_SECRET": SECRET}
    for settings, begin, end in (
        (no_password, "DATABASE_USERNAME/DATABASE_PASSWORD: Access denied", "\n"),
        (no_database, "DATABASE_NAME: Unknown database", "main.py migrate`, which makes it\n"),
        (whole, "DATABASE_URL: Access denied", "\n"),
    ):
        code, out, err = line.said(*command, **settings)
        assert (code, out, err.count("\n")) == (2, "", 1)
        assert err.startswith(begin)
        assert err.endswith(end)


def test_the_schema_must_be_right(line: CommandLine) -> None:
    for command in (PROMOTE, ("serve",)):
        assert line.said(*command, **A_FILE) == (1, "", f"The schema is missing: {TO_MIGRATE}")
    line.run("migrate", **A_FILE)
    with closing(sqlite3.connect(line.folder / "blog.db")) as database:
        database.execute("UPDATE alembic_version SET version_num = '0046_02'")
        database.commit()
    assert line.said("import", POST, **A_FILE) == (1, "", f"The schema is older: {TO_MIGRATE}")


@pytest.mark.parametrize(
    ("options", "others"), [(("--workers", "2"), {}), ((), {"WEB_CONCURRENCY": "2"})]
)
def test_sqlite_takes_one_worker(
    line: CommandLine, options: tuple[str, ...], others: dict[str, str]
) -> None:
    refused = "DATABASE_URL: SQLite takes one worker: set it to a MySQL server to run 2.\n"
    assert line.said("serve", *options, **others) == (2, "", refused)


def test_commands_run_beside_a_server_and_a_second_server_does_not(line: CommandLine) -> None:
    with line.server() as address:
        assert line.said("import", POST)[1].startswith("imported 1, already here 0, bad 0 (")
        with urlopen(f"{address}/api/v1/posts/stop_press", timeout=10) as answer:
            assert json.load(answer)["title"] == "Stop press"
        code, _, err = line.said("serve", "--port", "0")
        assert code == 3
        assert "Another server has this SQLite database" in err
        assert "Traceback" not in err


def test_each_sqlite_database_has_a_server_and_a_secret(line: CommandLine) -> None:
    one, other = ({"DATABASE_URL": f"sqlite:///{name}.db"} for name in "ab")
    for database in (one, other):
        line.run("migrate", **database)
    with line.server(**one), line.server(**other):
        kept = [file for file in line.folder.iterdir() if file.suffix in (".lock", ".jwt_secret")]
    expected = {f"{name}.db.{kind}" for name in "ab" for kind in ("lock", "jwt_secret")}
    assert {file.name for file in kept} == expected
    assert {file.stat().st_mode & 0o777 for file in kept} == {0o600}


@pytest.mark.skipif(not shutil.which("git"), reason="not run for want of git: put it on PATH")
def test_git_ignores_what_a_server_leaves(line: CommandLine) -> None:
    shutil.copy(ROOT / ".gitignore", line.folder)
    line.run("migrate", **A_FILE | {"JWT_SECRET": ""})
    with line.server(**A_FILE | {"JWT_SECRET": ""}):
        subprocess.run(["git", "init", "-q", line.folder], check=True)
        listed = ("git", "status", "--porcelain", "--untracked-files=all")
        left = subprocess.run(listed, cwd=line.folder, check=True, capture_output=True, text=True)
    assert left.stdout.split() == ["??", ".gitignore", "??", "server.log"]


def test_make_installs_again_after_a_change_of_what_is_pinned(tmp_path: Path) -> None:
    shutil.copy(ROOT / "Makefile", tmp_path)
    (tmp_path / ".venv").mkdir()
    pinned = ("requirements.txt", "constraints.txt")
    for name in (*pinned, ".venv/installed"):
        (tmp_path / name).touch()
    up_to_date = ("make", "--question", ".venv/installed")
    assert subprocess.run(up_to_date, cwd=tmp_path).returncode == 0
    for name in pinned:
        os.utime(tmp_path / ".venv/installed", (1, 1))
        for other in pinned:
            os.utime(tmp_path / other, (0, 0))
        os.utime(tmp_path / name)
        assert subprocess.run(up_to_date, cwd=tmp_path).returncode == 1, name
