"""The server as a process: with nothing configured, and on MySQL with a replica."""

import json
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from socket import create_server
from sqlite3 import connect

import pytest
import pytest_asyncio
from httpx import Client

from core.config import load_settings
from tests.e2e.command_line import CommandLine
from tests.harness.mysql import MySQLPair, Replica
from tests.harness.ports import free_port
from tests.harness.redis_server import RedisServer
from tests.harness.waiting import wait_until
from tests.support.databases import migrated
from tests.support.server import (
    ENVIRONMENT,
    MAIN,
    ROOT,
    Server,
    serving,
    serving_in_production,
    started,
)

SECRET = "a secret that is long enough for HS256"
REGISTRATION = {"username": "ann", "email": "ann@x.org", "password": "hot off the press"}
# the settings of the design's example, which must start as they stand
EXAMPLE = """
DATABASE_USERNAME=root
DATABASE_PASSWORD=test
DATABASE_NAME=dbname
DATABASE_URL=localhost
JWT_SECRET=secret
CELERY_BROKER_URL=amqp://root:test@localhost:5672//
CELERY_BACKEND_URL=db+mysql://root:test@localhost:3306/messaging
REDIS_URL=127.0.0.1
"""


def sign_in(client: Client) -> None:
    """Register, and call as that user from now on."""
    answer = client.post("/auth/register", json=REGISTRATION).raise_for_status()
    client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"


def api_of(server: Server) -> Client:
    return Client(base_url=f"{server.address}/api/v1")


def test_with_nothing_configured_it_serves_and_keeps(tmp_path: Path) -> None:
    port = free_port()
    command = (*MAIN, "serve", "--port", str(port))
    with started(tmp_path, port, command) as server, api_of(server) as client:
        sign_in(client)
        post = client.post("/posts", json={"title": "Kept", "body": "b", "status": "published"})
        assert post.status_code == 201
        address = f"http://localhost:{port}/"
        wait_until(lambda: address in server.log.read_text(), "a mail names the server")
    # what was written, and what was signed, is good after a restart
    with serving(tmp_path) as server, api_of(server) as again:
        assert again.get("/posts/kept").status_code == 200
        again.headers["Authorization"] = client.headers["Authorization"]
        assert again.get("/users/me").json()["username"] == "ann"


def test_a_second_server_on_sqlite_says_what_to_set_in_one_line(tmp_path: Path) -> None:
    with serving(tmp_path):
        second = CommandLine(tmp_path).run("serve", "--port", "0")
    assert second.returncode != 0
    assert "Traceback" not in second.stderr
    assert sum("DATABASE_URL" in line for line in second.stderr.splitlines()) == 1


def test_a_port_in_use_is_one_line(tmp_path: Path) -> None:
    with create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        line = CommandLine(tmp_path)
        told = [line.said("serve", "--port", port), line.said("serve", PORT=port)]
    refused = f"Can't listen on 127.0.0.1, port {port}: Address already in use.\n"
    assert told == [(1, "", refused)] * 2


def test_in_production_each_request_is_a_line_of_json(tmp_path: Path) -> None:
    with serving_in_production(tmp_path) as server, api_of(server) as client:
        client.get("/posts/nothing", headers={"X-Request-ID": "mine"})
    lines = [json.loads(line) for line in server.log.read_text().splitlines()]
    [line] = [line for line in lines if line.get("request_id") == "mine"]
    assert (line["event"], line["status"], line["level"]) == ("request", 404, "info")
    assert line["path"] == "/api/v1/posts/nothing"


SECRETS = ("hot off the press", "argon2id")


@pytest.mark.parametrize("environment", ["development", "production"])
def test_an_unforeseen_error_keeps_secrets_out_of_the_log(tmp_path: Path, environment: str) -> None:
    """The table is taken away: INSERT fails with the parameters of a registration."""
    with (
        serving_in_production(tmp_path, ENVIRONMENT=environment) as server,
        api_of(server) as client,
    ):
        with closing(connect(tmp_path / "data" / "broadsheet.db")) as database:
            database.execute("DROP TABLE user")
        answer = client.post("/auth/register", json=REGISTRATION)
        assert answer.status_code == 500
    log = server.log.read_text()
    assert answer.json()["request_id"] in log
    assert "no such table" in log
    assert [secret for secret in (*SECRETS, "ann@x.org") if secret in log] == []


def test_a_start_that_fails_unforeseen_is_no_start(tmp_path: Path) -> None:
    (tmp_path / "data" / "broadsheet.db.lock").mkdir(parents=True)
    (tmp_path / "data" / "server.lock").mkdir(parents=True)
    command = [sys.executable, "-m", "uvicorn", "main:app", "--port", "0"]
    environment = ENVIRONMENT | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, timeout=120, check=False
    )
    assert done.returncode != 0


@pytest_asyncio.fixture
async def on_mysql(mysql_pair: MySQLPair, redis: RedisServer) -> dict[str, str]:
    """The settings of a migrated database on the pair, hosts and names as people write them."""
    [replica] = mysql_pair.replicas
    settings = await migrated(mysql_pair, redis)
    return {
        "DATABASE_URL": f"127.0.0.1:{mysql_pair.primary.port}",
        "DATABASE_REPLICA_URL": f"127.0.0.1:{replica.port}",
        "DATABASE_USERNAME": "root",
        "DATABASE_PASSWORD": "test",
        "DATABASE_NAME": str(settings.primary.database),
        "REDIS_URL": f"127.0.0.1:{redis.port}",
        "JWT_SECRET": SECRET,
    }


def test_writes_go_to_the_primary_and_reads_to_the_replica(
    on_mysql: dict[str, str], mysql_pair: MySQLPair, tmp_path: Path
) -> None:
    """By the servers' own counters, which have questions of the watch besides."""
    [replica] = mysql_pair.replicas
    with serving(tmp_path, **on_mysql) as server, api_of(server) as client:
        sign_in(client)
        client.post("/posts", json={"title": "One", "body": "b", "status": "published"})
        replica.wait_until_caught_up()
        replica_before = counts(replica)
        for _ in range(50):
            past_cache = {"Cache-Control": "no-cache"}
            assert client.get("/posts/one", headers=past_cache).status_code == 200
        assert counts(replica) - replica_before >= 50
        before = mysql_pair.primary.statement_counts()
        for number in range(10):
            client.post("/posts", json={"title": f"{number}", "body": "b"}).raise_for_status()
        done = mysql_pair.primary.statement_counts() - before
        assert done["insert"] == 40
        # the sweep deletes, in transactions of its own, and may be in the middle of one
        assert abs(done["commit"] - done["delete"] - 10) <= 1


def counts(replica: Replica) -> int:
    return replica.statement_counts()["select"]


@pytest.mark.parametrize("has_redis", [False, True])
def test_with_several_workers_nobody_reads_the_past(
    on_mysql: dict[str, str], mysql_pair: MySQLPair, tmp_path: Path, has_redis: bool
) -> None:
    """Without Redis, callers with an access token read the primary."""
    [replica] = mysql_pair.replicas
    if not has_redis:
        del on_mysql["REDIS_URL"]
    with serving(tmp_path, "--workers", "2", **on_mysql) as server, api_of(server) as client:
        sign_in(client)
        replica.stop_applying()
        try:
            for number in range(20):
                title = f"post {number}"
                post = client.post("/posts", json={"title": title, "body": "b"}).json()
                # a connection of its own for each read, which any worker may get; without
                # certificates, which take longer to load than an answer
                with Client(headers=client.headers, verify=False) as another:
                    read = another.get(f"{server.address}/api/v1/posts/{post['id']}")
                assert read.json()["title"] == title
        finally:
            replica.start_applying()


def test_two_servers_show_each_what_was_written_through_the_other(
    on_mysql: dict[str, str], mysql_pair: MySQLPair, tmp_path: Path
) -> None:
    [replica] = mysql_pair.replicas
    with (
        serving(tmp_path, **on_mysql) as one,
        serving(tmp_path, **on_mysql) as other,
        api_of(one) as writer,
        api_of(other) as reader,
    ):
        sign_in(writer)
        # the same person, without a Consistency-Token
        reader.headers["Authorization"] = writer.headers["Authorization"]
        before = counts(replica)
        assert reader.get("/posts/none").status_code == 404
        replica.wait_until_caught_up()
        assert reader.get("/posts/none").status_code == 404
        assert counts(replica) > before, "reads of who is signed in use the replica"
        replica.stop_applying()
        try:
            for number in range(20):
                post = {"title": f"{number}", "body": "b", "slug": f"slug-{number}"}
                writer.post("/posts", json=post).raise_for_status()
                assert reader.get(f"/posts/slug-{number}").json()["title"] == f"{number}"
        finally:
            replica.start_applying()


def test_the_settings_of_the_example_are_good(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".env").write_text(EXAMPLE)
    monkeypatch.chdir(tmp_path)
    for name in ("DATABASE_URL", "JWT_SECRET", "ENVIRONMENT"):
        monkeypatch.delenv(name, raising=False)
    primary = load_settings().primary
    assert primary.render_as_string(hide_password=False) == (
        "mysql+aiomysql://root:test@localhost:3306/dbname"
    )


def test_a_short_secret_starts_and_is_warned_of(on_mysql: dict[str, str], tmp_path: Path) -> None:
    on_mysql["JWT_SECRET"] = "secret"
    with serving(tmp_path, **on_mysql) as server, api_of(server) as client:
        sign_in(client)
        assert client.get("/users/me").status_code == 200
    assert "JWT_SECRET is short enough to guess" in server.log.read_text()
