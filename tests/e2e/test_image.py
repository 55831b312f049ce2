"""The image, built and run as it is written, on a Debian that stands in for its base."""

import os
import re
import shlex
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from httpx import Client, ConnectError, get
from yaml import safe_load

from core.version import VERSION
from tests.harness.buildah_program import BuildahProgram
from tests.harness.images import Images
from tests.harness.mysql import MySQLPair
from tests.harness.ports import free_port
from tests.harness.rabbitmq_server import RabbitMQServer
from tests.harness.redis_server import RedisServer
from tests.harness.waiting import wait_until
from tests.support.server import ROOT
from tests.support.settings import SECRET
from tests.support.worker import children_of

NAME = "broadsheet"
USER = 10001
# beside other tests, on two cores
SECONDS_TO_START, SECONDS_TO_END = 240, 180
SERVICES: dict[str, Any] = safe_load((ROOT / "docker-compose.yml").read_text())["services"]
REGISTRATION = {"username": "ann", "email": "ann@x.org", "password": "hot off the press"}


@dataclass(frozen=True)
class Image:
    """The image that was built."""

    images: Images
    folder: Path
    settings: dict[str, Any]

    @contextmanager
    def running(self, *command: str, **environment: str) -> Iterator[Path]:
        """Run a command until the end of the block, then end it as `docker stop` would; returns its
        log."""
        log = self.folder / f"{uuid4().hex}.log"
        process = self.images.start(NAME, list(command), log, environment)
        try:
            yield log
        finally:
            if process.poll() is None:
                os.kill(first_inside(process.pid), signal.SIGTERM)
            code = process.wait(SECONDS_TO_END)
        assert code == 0, log.read_text()

    def said(self, *command: str, **environment: str) -> tuple[int, str]:
        """Run a command to its end; returns its exit code, and all it says."""
        log = self.folder / f"{uuid4().hex}.log"
        process = self.images.start(NAME, list(command), log, environment)
        return process.wait(SECONDS_TO_START), log.read_text()

    def main(self, arguments: str) -> list[str]:
        return [*self.settings["Entrypoint"], *shlex.split(arguments)]


def first_inside(pid: int) -> int:
    """The process that a container began with, behind those by which buildah begins it."""
    while "buildah" in Path(f"/proc/{pid}/cmdline").read_text().partition("\0")[0]:
        [pid] = children_of(pid)
    return pid


@pytest.fixture(scope="module")
def image(
    buildah_program: BuildahProgram, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Image]:
    folder = tmp_path_factory.mktemp("images")
    images = Images(buildah_program, folder)
    [base] = set(re.findall(r"^FROM (\S+)", (ROOT / "Dockerfile").read_text(), re.MULTILINE))
    images.add_base(base)
    engine = shlex.join(images.command())
    made = subprocess.run(
        ["make", "image", f"ENGINE={engine}"],
        cwd=ROOT,
        env=images.environment,
        capture_output=True,
        text=True,
    )
    assert made.returncode == 0, made.stdout + made.stderr
    yield Image(images, folder, images.settings_of(NAME))
    # half a gigabyte, which pytest would keep
    shutil.rmtree(folder)


def client_of(port: int) -> Client:
    """A client of a server that answers."""
    address = f"http://127.0.0.1:{port}"
    wait_until(lambda: answers(address), "the server in the container answers", SECONDS_TO_START)
    return Client(base_url=f"{address}/api/v1")


def answers(address: str) -> bool:
    try:
        return get(f"{address}/healthz").status_code == 200
    except ConnectError:
        return False


def sign_in(client: Client) -> None:
    token = client.post("/auth/register", json=REGISTRATION).raise_for_status().json()
    client.headers["Authorization"] = f"Bearer {token['access_token']}"


def test_it_says_what_it_is(image: Image) -> None:
    assert image.settings["Labels"]["org.opencontainers.image.version"] == VERSION
    assert image.settings["User"] == str(USER)
    assert image.settings["Healthcheck"]["Test"][:2] == ["CMD", "python"]
    assert image.said(*image.main("--version")) == (0, f"{VERSION}\n")


def test_its_user_may_write_data_alone(image: Image) -> None:
    assert image.said("id", "-u") == (0, f"{USER}\n")
    writable = "find / -xdev -writable -not -type l -not -path '/proc/*' -not -path '/dev/*'"
    code, said = image.said("sh", "-c", f"{writable} 2>/dev/null; true")
    folders = [path for path in said.split() if not path.startswith(("/tmp", "/var/tmp", "/run"))]
    assert (code, folders) == (0, ["/app/data", "/app/data/media"])


def test_it_serves_with_nothing_configured(image: Image) -> None:
    port = free_port()
    command = [*image.settings["Entrypoint"], *image.settings["Cmd"], "--port", str(port)]
    with image.running(*command), client_of(port) as client:
        sign_in(client)
        post = client.post("/posts", json={"title": "Kept", "body": "b", "status": "published"})
        assert post.status_code == 201


def test_its_parts_do_together_what_the_compose_file_has_them_do(
    image: Image, mysql_pair: MySQLPair, redis: RedisServer, rabbitmq: RabbitMQServer
) -> None:
    port, database = free_port(), f"image_{uuid4().hex[:8]}"
    [replica] = mysql_pair.replicas
    settings = {
        "DATABASE_URL": mysql_pair.primary.url(database),
        "DATABASE_REPLICA_URL": replica.url(database),
        "REDIS_URL": redis.url,
        "CELERY_BROKER_URL": rabbitmq.url,
        "JWT_SECRET": SECRET,
    }
    code, said = image.said(*image.main(SERVICES["migrate"]["command"]), **settings)
    assert code == 0, said
    replica.wait_until_caught_up()
    api = image.main(f"{SERVICES['api']['command']} --port {port}")
    worker = [*SERVICES["worker"]["entrypoint"], *SERVICES["worker"]["command"]]
    with (
        image.running(*api, **settings),
        image.running(*worker, **settings) as log,
        client_of(port) as client,
    ):
        wait_until(lambda: " ready." in log.read_text(), "the worker is ready", SECONDS_TO_START)
        sign_in(client)
        creates = [{"op": "create", "title": f"{number}", "body": "b"} for number in range(3)]
        asked = client.post("/posts/bulk", json={"operations": creates}).raise_for_status()
        assert succeeded(client, asked.json()["id"])["result"]["succeeded"] == 3


def succeeded(client: Client, job_id: str) -> dict[str, Any]:
    """Wait until a job has succeeded; returns it as answered."""
    job: dict[str, Any] = {}

    def has_succeeded() -> bool:
        job.update(client.get(f"/jobs/{job_id}").raise_for_status().json())
        return bool(job["state"] == "succeeded")

    wait_until(has_succeeded, f"the job succeeds: {job}", SECONDS_TO_START)
    return job
