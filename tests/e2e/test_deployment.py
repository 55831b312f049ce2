"""The files that deploy it: Docker's own check of them, and their SQL on real servers."""

import json
import re
import subprocess
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from yaml import safe_load

from interface.http.errors import type_of
from tests.harness.mysql import MySQLPair, MySQLServer
from tests.harness.waiting import wait_until
from tests.support.server import ENVIRONMENT, ROOT
from tests.support.worker import APP

PARTS = ("main.py", "domain", "application", "infra", "core", "interface")
SECRETS = {
    "JWT_SECRET": "of tokens",
    "DATABASE_PASSWORD": "of the blog",
    "MYSQL_ROOT_PASSWORD": "of root",
    "REPLICATION_PASSWORD": "of replicas",
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


@pytest.mark.usefixtures("_docker_compose")
def test_compose_takes_its_file(services: dict[str, Any]) -> None:
    checked = compose("config", "--format=json", **SECRETS)
    assert checked.returncode == 0, checked.stderr
    assert set(json.loads(checked.stdout)["services"]) == set(services)


def test_the_api_starts_on_a_migrated_primary_and_may_be_many(services: dict[str, Any]) -> None:
    api = services["api"]
    # a name or a port of its own would stop `--scale api=3`
    assert not {"container_name", "ports"} & set(api)
    assert api["depends_on"]["migrate"]["condition"] == "service_completed_successfully"
    assert set(services) == {"migrate", "api", "worker", "proxy", *NAMED_BY_API}
    assert {api["environment"][name] for name in ADDRESSES} == NAMED_BY_API


def test_workers_are_told_what_the_api_is_and_may_be_many(services: dict[str, Any]) -> None:
    worker = services["worker"]
    assert not {"container_name", "ports"} & set(worker)
    assert worker["environment"] == services["api"]["environment"]
    # as tests start one; a name of its own would stop `--scale worker=2`
    assert worker["entrypoint"] == ["celery", "-A", APP, "worker"]
    assert worker["healthcheck"] == {"disable": True}, "the image asks a server"


def test_what_others_wait_for_says_when_it_is_well(services: dict[str, Any]) -> None:
    for name in NAMED_BY_API:
        assert services[name]["healthcheck"]["test"]


def test_no_secret_has_a_default() -> None:
    file = (ROOT / "docker-compose.yml").read_text()
    # `${NAME:?…}` ends compose where the name is not set
    asked_for = dict(re.findall(r"\$\{(\w+)(:.)", file))
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
    assert set(allowed) == {*PARTS, "requirements-run.txt", "constraints.txt"}


def test_what_nginx_answers_by_itself_is_a_problem() -> None:
    said = re.findall(r"return (\d+) '(.+)';", (ROOT / "deploy/nginx.conf").read_text())
    problems = {int(status): json.loads(body) for status, body in said}
    assert set(problems) == {413, 502}
    for status, problem in problems.items():
        title = HTTPStatus(status).phrase
        expected = {"type": type_of(title), "title": title, "status": status}
        assert expected.items() <= problem.items()


def named_by(requirements: str) -> set[str]:
    lines = (ROOT / requirements).read_text()
    return set(re.findall(r"^(\w[\w-]*)", lines, re.MULTILINE))


def test_the_image_gets_what_requirements_pin_and_no_test_tools() -> None:
    assert "requirements.txt" not in (ROOT / "Dockerfile").read_text()
    assert named_by("requirements-run.txt").isdisjoint(named_by("requirements.txt"))
    assert named_by("requirements-run.txt") >= {"fastapi", "uvicorn", "celery"}


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
