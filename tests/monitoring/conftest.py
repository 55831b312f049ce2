"""One started system: a server and a worker on MySQL with a replica, Redis and RabbitMQ."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx
import pytest
import pytest_asyncio

from core.blog.container import blog_container
from domain.caller import Role
from domain.tenant import DEFAULT_TENANT
from tests.conftest import CHEAP_HASH
from tests.harness.mysql import MySQLPair
from tests.harness.ports import free_port
from tests.harness.rabbitmq_server import RabbitMQServer
from tests.harness.redis_server import RedisServer
from tests.support.api import Api, Person
from tests.support.databases import migrated
from tests.support.jobs import ended
from tests.support.metrics import Metrics, parsed
from tests.support.server import Server, serving
from tests.support.settings import environment_of
from tests.support.worker import RunningWorker, working


@dataclass(frozen=True)
class System:
    """A server of two processes, a worker, and an admin of the default tenant."""

    server: Server
    worker: RunningWorker
    worker_address: str
    api: Api
    admin: Person
    environment: dict[str, str]

    async def bulk(self, posts: int = 1) -> None:
        """Let the worker write so many posts."""
        created = {"op": "create", "body": "b", "status": "published"}
        creates = [created | {"title": f"{n}"} for n in range(posts)]
        asked = await self.api.post("/posts/bulk", self.admin, json={"operations": creates})
        assert (await ended(self.api, self.admin, asked.json()["id"]))["state"] == "succeeded"

    def asked_worker(self, path: str) -> httpx.Response:
        return httpx.get(self.worker_address + path, timeout=60)

    def of_worker(self) -> Metrics:
        return parsed(self.asked_worker("/metrics"))

    def of_server(self) -> Metrics:
        return parsed(httpx.get(self.server.address + "/metrics", timeout=60))


@pytest_asyncio.fixture(scope="module")
async def system(
    mysql_pair: MySQLPair,
    redis: RedisServer,
    rabbitmq: RabbitMQServer,
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[System]:
    settings, folder = await migrated(mysql_pair, redis), tmp_path_factory.mktemp("system")
    port = free_port()
    told = {"CELERY_BROKER_URL": rabbitmq.url, "WORKER_METRICS_PORT": f"{port}"}
    environment = environment_of(settings) | told | {"TMPDIR": str(folder)}
    container = blog_container(settings)
    container._resources.passwords._hash = CHEAP_HASH
    with (
        serving(folder, "--workers", "2", **environment) as server,
        working(folder, "worker1", "--concurrency=2", **environment) as worker,
    ):
        api = Api(container, DEFAULT_TENANT).through(server.address)
        async with api.client:
            admin = await api.person(Role.ADMIN, "root")
            at = f"http://127.0.0.1:{port}"
            system = System(server, worker, at, api, admin, environment)
            await system.bulk()
            yield system
    await container.stop()
