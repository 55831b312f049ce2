"""The files that deploy it: Docker's own check of them, and their SQL on real servers."""

import json
import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from redis import Redis
from redis.asyncio.connection import parse_url
from redis.exceptions import AuthenticationError
from sqlalchemy import make_url, text
from sqlalchemy.exc import OperationalError
from yaml import safe_load, safe_load_all

from core.addresses import broker_url
from core.blog.container import blog_container
from core.config import Settings
from infra.database.engines import probe_engine
from interface.http.errors import type_of
from interface.http.problems import phrase_of
from tests.conftest import fresh_api, running
from tests.harness.mysql import MySQLPair, MySQLServer
from tests.harness.ports import free_port
from tests.harness.redis_program import find_redis
from tests.harness.redis_server import RedisServer
from tests.harness.waiting import wait_until
from tests.support.server import ENVIRONMENT, ROOT
from tests.support.settings import settings_for
from tests.support.worker import APP

PARTS = ("main.py", "domain", "application", "infra", "core", "interface")
SECRETS = {
    "JWT_SECRET": "of tokens",
    "DATABASE_PASSWORD": "of the blog",
    "MYSQL_ROOT_PASSWORD": "of root",
    "REPLICATION_PASSWORD": "of replicas",
    "MIGRATION_PASSWORD": "of migrations",
    "REDIS_PASSWORD": "of_redis",
    "RABBITMQ_PASSWORD": "of_rabbitmq",
}
ADDRESSES = ("DATABASE_URL", "DATABASE_REPLICA_URL", "REDIS_URL", "CELERY_BROKER_URL")
NAMED_BY_API = {"primary", "replica", "redis", "rabbitmq"}


def compose(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run `docker compose`, which needs no engine for this."""
    return subprocess.run(
        ["docker", "compose", *arguments],
        cwd=ROOT,
        env=ENVIRONMENT | environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def _docker_compose() -> None:
    """Tests can't bring Docker along: without it, they say that they did not run."""
    try:
        found = compose("version").returncode == 0
    except FileNotFoundError:
        found = False
    if not found:
        pytest.skip("not run for want of Docker Compose: put `docker compose` on PATH")


@pytest.fixture
def services() -> dict[str, Any]:
    """What the compose file has, as written."""
    found: dict[str, Any] = safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    return found


def host_in(address: str) -> str:
    return re.sub(r"^\w+://.*@(.+?):.*", r"\1", address)


@pytest.mark.usefixtures("_docker_compose")
def test_compose_takes_its_file(services: dict[str, Any]) -> None:
    checked = compose("config", "--format=json", **SECRETS)
    assert checked.returncode == 0, checked.stderr
    assert set(json.loads(checked.stdout)["services"]) == set(services)


def test_tls_adds_what_the_proxy_reads_of_it() -> None:
    added = safe_load((ROOT / "deploy/compose-tls.yml").read_text())["services"]
    assert added.keys() == {"proxy"}
    mounted = {volume.rsplit(":", 2)[1] for volume in added["proxy"]["volumes"]}
    assert mounted == {"/etc/nginx/tls/nginx-tls.conf", "/etc/nginx/certificates"}
    assert (ROOT / added["proxy"]["volumes"][0].partition(":")[0]).is_file()


def test_the_api_starts_on_a_migrated_primary_and_may_be_many(services: dict[str, Any]) -> None:
    api = services["api"]
    # a name or a port of its own would stop `--scale api=3`
    assert not {"container_name", "ports"} & set(api)
    assert api["depends_on"]["migrate"]["condition"] == "service_completed_successfully"
    assert set(services) == {"migrate", "api", "worker", "proxy", *NAMED_BY_API}
    assert {host_in(api["environment"][name]) for name in ADDRESSES} == NAMED_BY_API


def test_workers_are_told_what_the_api_is_and_may_be_many(services: dict[str, Any]) -> None:
    worker = services["worker"]
    assert not {"container_name", "ports"} & set(worker)
    assert worker["environment"] == services["api"]["environment"]
    # as tests start one; a name of its own would stop `--scale worker=2`
    assert worker["entrypoint"] == ["celery", "-A", APP, "worker"]
    port = worker["environment"]["WORKER_METRICS_PORT"]
    assert f":{port}/ready" in worker["healthcheck"]["test"][-1], "the image asks a server"


def test_what_others_wait_for_says_when_it_is_well(services: dict[str, Any]) -> None:
    for name in NAMED_BY_API:
        assert services[name]["healthcheck"]["test"]


def test_the_api_says_its_passwords_to_redis_and_rabbitmq(services: dict[str, Any]) -> None:
    said = {
        name: re.sub(r"\$\{(\w+):[^}]*\}", lambda of: SECRETS.get(of[1], ""), str(value))
        for service in ("redis", "rabbitmq", "api")
        for name, value in services[service]["environment"].items()
    }
    settings = settings_for("sqlite:///blog.db", redis_url=said["REDIS_URL"])
    assert parse_url(settings.redis)["password"] == said["REDISCLI_AUTH"]
    broker = broker_url("CELERY_BROKER_URL", said["CELERY_BROKER_URL"])
    user, password = said["RABBITMQ_DEFAULT_USER"], said["RABBITMQ_DEFAULT_PASS"]
    assert broker == f"amqp://{user}:{password}@rabbitmq:5672//"


def test_who_migrates_comes_as_another_user(services: dict[str, Any]) -> None:
    others = services["api"]["environment"].items()
    own = dict(services["migrate"]["environment"].items() - others)
    assert own.keys() == {"DATABASE_USERNAME", "DATABASE_PASSWORD"}
    assert own["DATABASE_USERNAME"] == "migrator"
    made_by = services["primary"]["environment"]
    assert own["DATABASE_PASSWORD"] == made_by["MIGRATION_PASSWORD"]


def test_no_secret_has_a_default() -> None:
    file = (ROOT / "docker-compose.yml").read_text()
    # `${NAME:?…}` ends compose where the name is not set
    asked_for = dict(re.findall(r"\$\{(\w+)(:.)", file))
    # whoever keeps pictures in a folder has no keys of a bucket
    asked_for = {name: how for name, how in asked_for.items() if not name.startswith("AWS_")}
    secret = {name for name in asked_for if re.search("SECRET|PASSWORD", name)}
    assert secret == set(SECRETS)
    assert {asked_for[name] for name in secret} == {":?"}


@pytest.mark.usefixtures("_docker_compose")
@pytest.mark.parametrize("missing", SECRETS)
def test_compose_starts_nothing_without_its_secrets(missing: str) -> None:
    others = {name: value for name, value in SECRETS.items() if name != missing}
    refused = compose("config", "--quiet", **others)
    assert refused.returncode != 0
    assert missing in refused.stderr


def test_the_image_has_all_parts_of_the_program_and_nothing_else() -> None:
    copied = re.findall(r"^COPY (\S+) \S+$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    assert set(copied) == set(PARTS)
    allowed = re.findall(r"^!(.+)$", (ROOT / ".dockerignore").read_text(), re.MULTILINE)
    assert set(allowed) == {*PARTS, "requirements.txt", "constraints.txt"}


def test_the_public_checks_run_what_decides() -> None:
    [job] = safe_load((ROOT / ".github/workflows/ci.yml").read_text())["jobs"].values()
    [script] = [step["run"].split() for step in job["steps"] if "run" in step]
    assert (ROOT / script[-1]).is_file()
    assert script == ["bash", ".ci/run"]


def test_what_nginx_answers_by_itself_is_a_problem() -> None:
    said = re.findall(r"return (\d+) '(.+)';", (ROOT / "deploy/nginx.conf").read_text())
    problems = {int(status): json.loads(body) for status, body in said}
    assert set(problems) == {404, 413, 429, 502}
    for status, problem in problems.items():
        title = phrase_of(status)
        expected = {"type": type_of(title), "title": title, "status": status}
        assert expected.items() <= problem.items()


def test_the_image_gets_what_running_needs_and_no_test_tools() -> None:
    [said] = re.findall(r"sed .* > ", (ROOT / "Dockerfile").read_text())
    command = said.replace("/build/", "").removesuffix("> ")
    run = subprocess.run(
        ["sh", "-c", command], cwd=ROOT, capture_output=True, text=True, check=True
    )
    named = set(re.findall(r"^([\w-]+).*==", run.stdout, re.MULTILINE))
    assert named >= {"fastapi", "uvicorn", "celery", "zstandard"}
    assert named.isdisjoint({"pytest", "httpx", "locust", "import-linter"})
    assert run.stdout.splitlines()[1] == "-c constraints.txt"


@pytest.fixture
def clients(tmp_path: Path) -> Path:
    """A folder with a client of MySQL that says what it is asked to run."""
    client = tmp_path / "mysql"
    client.write_text('#!/bin/bash\n[ "$MYSQL_PWD" = "of root" ] && exec cat\n')
    client.chmod(0o700)
    return tmp_path


def statements_of(script: str, clients: Path, way: str = ".") -> list[str]:
    """What a script of deploy/ has MySQL's image run, sourced or as a program."""
    path = f"{clients}:{ENVIRONMENT['PATH']}"
    done = subprocess.run(
        ["bash", "-eu", "-c", f"{way} deploy/{script}"],
        cwd=ROOT,
        env=ENVIRONMENT | SECRETS | {"PATH": path},
        capture_output=True,
        text=True,
        check=True,
    )
    return [statement.strip() for statement in done.stdout.split(";") if statement.strip()]


def manifests() -> list[dict[str, Any]]:
    files = (ROOT / "deploy/kubernetes").glob("*.yaml")
    return [document for file in files for document in safe_load_all(file.read_text())]


def test_kubernetes_sets_what_there_is_to_set() -> None:
    [settings] = [each for each in manifests() if each["kind"] == "ConfigMap"]
    assert {name.lower() for name in settings["data"]} - {"forwarded_allow_ips"} <= set(
        Settings.model_fields
    )


def test_kubernetes_runs_what_compose_runs(services: dict[str, Any]) -> None:
    pods = [
        each["spec"]["template"]["spec"]
        for each in manifests()
        if "template" in each.get("spec", {})
    ]
    assert len(pods) == 3
    for pod in pods:
        [container] = pod["containers"]
        service = services[container["name"]]
        if "entrypoint" in service:
            assert container["command"] == service["entrypoint"]
            assert set(service["command"]) <= set(container["args"])
        else:
            assert container["args"] == service["command"].partition(" --workers")[0].split()
        if grace := service.get("stop_grace_period"):
            assert f"{pod['terminationGracePeriodSeconds']}s" == grace


@pytest.mark.parametrize("script", ["primary.sh", "replica.sh"])
def test_a_script_may_be_sourced_or_run(script: str, clients: Path) -> None:
    statements = statements_of(script, clients)
    assert any(SECRETS["REPLICATION_PASSWORD"] in statement for statement in statements)
    assert statements_of(script, clients, way="bash") == statements


def set_up(server: MySQLServer, script: str, source: MySQLServer, clients: Path) -> None:
    here = f"SOURCE_HOST='{source.host}', SOURCE_PORT={source.port}"
    for statement in statements_of(script, clients):
        server.execute(statement.replace("SOURCE_HOST='primary'", here))


def test_a_replica_sets_itself_up_and_comes_back(
    new_mysql_pair: Callable[..., MySQLPair], clients: Path
) -> None:
    pair = new_mysql_pair()
    primary, [replica] = pair.primary, pair.replicas
    replica.promote()
    primary.execute("CREATE DATABASE before_it")
    set_up(primary, "primary.sh", primary, clients)
    set_up(replica, "replica.sh", primary, clients)
    assert replica.execute("SELECT @@GLOBAL.super_read_only") == [(1,)]

    def has(database: str) -> bool:
        return replica.execute(f"SHOW DATABASES LIKE '{database}'") != []

    # a server that starts replicates by itself; what the primary had before arrives too
    replica.restart()
    wait_until(lambda: has("before_it"), "the primary's earlier data has arrived")
    replica.restart()
    primary.execute("CREATE DATABASE after_it")
    wait_until(lambda: has("after_it"), "it goes on after a restart")


DATABASE = "broadsheet"


def as_user(server: MySQLServer, user: str, password: str) -> str:
    url = make_url(server.url(DATABASE)).set(username=user, password=SECRETS[password])
    return url.render_as_string(hide_password=False)


@pytest.fixture
def granted(new_mysql_pair: Callable[..., MySQLPair], clients: Path) -> MySQLPair:
    """A pair on which the users of the deployment have their rights, and nothing else is."""
    pair = new_mysql_pair()
    pair.primary.execute(f"CREATE DATABASE {DATABASE}")
    for statement in statements_of("primary.sh", clients):
        pair.primary.execute(statement)
    return pair


async def test_each_user_of_the_database_has_the_rights_that_it_needs(
    granted: MySQLPair, redis: RedisServer
) -> None:
    [replica] = granted.replicas
    migrating = blog_container(
        settings_for(as_user(granted.primary, "migrator", "MIGRATION_PASSWORD"))
    )
    await migrating.migrate()
    await migrating.stop()
    replica.wait_until_caught_up()
    urls = [as_user(each, DATABASE, "DATABASE_PASSWORD") for each in (granted.primary, replica)]
    async with running(settings_for(*urls, redis_url=redis.url)) as container:
        async with fresh_api(container) as api:
            ann = await api.person()
            post = await api.write(ann)
            assert api.tokens, "its commits have positions"
            assert (await api.get(f"/posts/{post['id']}", ann)).json()["title"] == post["title"]
        readiness = await container.readiness()
        assert [each.is_read for each in readiness.replicas] == [True], readiness


@pytest.mark.parametrize(
    "statement",
    ["CREATE TABLE other (id INT)", "DROP TABLE alembic_version", "SELECT user FROM mysql.user"],
)
async def test_the_api_may_change_rows_alone(granted: MySQLPair, statement: str) -> None:
    migrating = blog_container(
        settings_for(as_user(granted.primary, "migrator", "MIGRATION_PASSWORD"))
    )
    await migrating.migrate()
    await migrating.stop()
    engine = probe_engine(make_url(as_user(granted.primary, DATABASE, "DATABASE_PASSWORD")))
    async with engine.connect() as connection:
        with pytest.raises(OperationalError, match="denied"):
            await connection.execute(text(statement))
    await engine.dispose()


def test_redis_asks_for_its_password_and_forgets_what_is_old(tmp_path: Path) -> None:
    program, port = find_redis(), free_port()
    folder = str(Path(program.path).parent)
    said = {"REDISCLI_AUTH": SECRETS["REDIS_PASSWORD"], "TMPDIR": str(tmp_path)}
    said["PATH"] = f"{folder}:{ENVIRONMENT['PATH']}"
    process = subprocess.Popen(
        ["sh", "deploy/redis.sh", "--port", str(port), "--bind", "127.0.0.1"],
        cwd=ROOT,
        env=dict(program.environment or os.environ) | said,
    )
    try:
        with Redis(port=port, password=SECRETS["REDIS_PASSWORD"]) as client:
            wait_until(lambda: answers(client), "Redis answers")
            assert client.config_get("maxmemory*")["maxmemory-policy"] == "allkeys-lru"
            assert client.config_get("maxmemory")["maxmemory"] == str(256 * 1024 * 1024)
        with Redis(port=port) as stranger, pytest.raises(AuthenticationError):
            stranger.ping()
        command = Path(f"/proc/{process.pid}/cmdline").read_bytes()
        assert SECRETS["REDIS_PASSWORD"].encode() not in command
    finally:
        process.terminate()
        process.wait(10)


def answers(client: Redis) -> bool:
    try:
        return bool(client.ping())
    except ConnectionError:
        return False
