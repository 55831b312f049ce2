"""A worker that can't start says why in one line, and ends with a code that is not 0."""

from collections.abc import Callable, Iterator
from pathlib import Path
from socket import create_server

import pytest

from tests.harness.ports import free_port
from tests.harness.rabbitmq_server import RabbitMQServer
from tests.harness.redis_server import RedisServer
from tests.support.profile import POOLS
from tests.support.worker import refused, working

OF_RESULTS = "CELERY_BACKEND_URL: "
OF_BROKER = "CELERY_BROKER_URL: "
NOWHERE = {"CELERY_BROKER_URL": "amqp://localhost:1//"}


def check_one_line(ended: tuple[int, str], begins: str, ends: str) -> None:
    code, said = ended
    assert code == 1
    assert "Traceback" not in said
    line = said.splitlines()[-1]
    assert line.startswith(begins), said
    assert line.endswith(ends)


@pytest.fixture
def silent() -> Iterator[int]:
    """The port of a server that takes connections and says nothing."""
    with create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.mark.parametrize("pool", POOLS)
@pytest.mark.parametrize(
    "backend",
    [
        "db+mysql://root:test@127.0.0.1:{closed}/messaging",
        "db+mysql://root:test@127.0.0.1:{silent}/messaging",
        "redis://127.0.0.1:{closed}/1",
        "redis://127.0.0.1:{silent}/1",
        "db+sqlite:////no/such/folder/results.db",
        "mongodb://127.0.0.1/results",
        "file:///no/such/folder",
    ],
)
def test_of_a_result_backend_that_can_keep_nothing(
    tmp_path: Path, silent: int, backend: str, pool: str
) -> None:
    url = backend.format(closed=free_port(), silent=silent)
    ended = refused(tmp_path, f"--pool={pool}", CELERY_BACKEND_URL=url, **NOWHERE)
    check_one_line(ended, OF_RESULTS, "unset it, as nothing here needs them")


@pytest.mark.parametrize("pool", POOLS)
@pytest.mark.parametrize("wrong", ["guest:wrong@{}//", "guest:guest@{}/nosuch"])
def test_of_a_broker_that_refuses(
    tmp_path: Path, rabbitmq: RabbitMQServer, wrong: str, pool: str
) -> None:
    url = "amqp://" + wrong.format(f"{rabbitmq.host}:{rabbitmq.port}")
    ended = refused(tmp_path, f"--pool={pool}", CELERY_BROKER_URL=url)
    check_one_line(ended, OF_BROKER, "a virtual host that the broker knows")


def test_of_a_redis_that_refuses_the_password(
    tmp_path: Path, new_redis: Callable[..., RedisServer]
) -> None:
    server = new_redis(user="ann", password="secret")
    url = f"redis://ann:wrong@{server.host}:{server.port}/0"
    ended = refused(tmp_path, "--pool=solo", CELERY_BROKER_URL=url)
    check_one_line(ended, OF_BROKER, "a virtual host that the broker knows")


def test_results_are_kept_where_they_can_be(tmp_path: Path, rabbitmq: RabbitMQServer) -> None:
    urls = {"CELERY_BROKER_URL": rabbitmq.url, "CELERY_BACKEND_URL": "db+sqlite:///results.db"}
    with working(tmp_path, "worker1", "--pool=solo", **urls):
        assert (tmp_path / "results.db").stat().st_size
