"""Two servers and two workers on real backends, each with a proxy of its own before each."""

import asyncio
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from typing import Protocol
from urllib.error import URLError
from urllib.request import urlopen

from tests.harness.mysql import MySQLPair, start_pair
from tests.harness.ports import free_port
from tests.harness.proxy import TcpProxy
from tests.harness.rabbitmq_program import find_rabbitmq
from tests.harness.rabbitmq_server import RabbitMQServer
from tests.harness.redis_program import find_redis
from tests.harness.redis_server import RedisServer
from tests.support.server import ENVIRONMENT, MAIN, ROOT
from tests.support.worker import APP
from tests.torture.program import Program

BACKENDS = ("primary", "replica", "redis", "rabbitmq")


class Backend(Protocol):
    """A server that a proxy stands before."""

    host: str
    port: int


@dataclass(frozen=True)
class Node:
    """A server or a worker with its ways to the backends."""

    program: Program
    proxies: Mapping[str, TcpProxy]
    address: str = ""

    def start(self) -> None:
        """Start it and wait until it is ready."""
        self.program.launch()
        self.program.wait(self._is_ready)

    def _is_ready(self, said: str) -> bool:
        return _answers(self.address) if self.address else " ready." in said


@dataclass(frozen=True)
class Cluster:
    """All that runs."""

    pair: MySQLPair
    redis: RedisServer
    rabbitmq: RabbitMQServer
    servers: list[Node]
    workers: list[Node]


@asynccontextmanager
async def running(folder: Path) -> AsyncIterator[Cluster]:
    """Start a cluster, and end it with the block."""
    secret = token_hex(32)
    async with AsyncExitStack() as stack:
        pair = await asyncio.to_thread(start_pair)
        stack.callback(pair.discard)
        redis, rabbitmq = RedisServer(find_redis()), RabbitMQServer(find_rabbitmq())
        for server in (redis, rabbitmq):
            stack.callback(server.discard)
            await asyncio.to_thread(server.start)
        cluster = Cluster(pair, redis, rabbitmq, [], [])
        for number in range(2):
            cluster.servers.append(await _node(stack, cluster, folder, secret, number, serves=True))
            cluster.workers.append(await _node(stack, cluster, folder, secret, number))
        await _start(stack, cluster)
        yield cluster


async def _start(stack: AsyncExitStack, cluster: Cluster) -> None:
    await _migrate(cluster.servers[0].program)
    for node in (*cluster.servers, *cluster.workers):
        await asyncio.to_thread(node.start)
        stack.callback(node.program.kill)


async def _migrate(program: Program) -> None:
    process = await asyncio.create_subprocess_exec(*MAIN, "migrate", env=program.environment)
    if await process.wait():
        raise ChildProcessError("the database could not be migrated")


async def _node(
    stack: AsyncExitStack,
    cluster: Cluster,
    folder: Path,
    secret: str,
    number: int,
    *,
    serves: bool = False,
) -> Node:
    proxies = {
        name: await stack.enter_async_context(TcpProxy(backend.host, backend.port))
        for name, backend in _backends(cluster).items()
    }
    environment = ENVIRONMENT | _settings(cluster, proxies) | {"JWT_SECRET": secret}
    port, name = free_port(), f"{'server' if serves else 'worker'}{number}"
    serve = (*MAIN, "serve", "--port", str(port))
    work = (sys.executable, "-m", "celery", "-A", APP, "worker", "-n", f"{name}@%h")
    command = serve if serves else (*work, "--loglevel=info", "--concurrency=1")
    program = Program(name, command, folder, environment | {"PYTHONPATH": str(ROOT)})
    return Node(program, proxies, f"http://127.0.0.1:{port}" if serves else "")


def _backends(cluster: Cluster) -> dict[str, Backend]:
    [replica] = cluster.pair.replicas
    found = (cluster.pair.primary, replica, cluster.redis, cluster.rabbitmq)
    return dict(zip(BACKENDS, found, strict=True))


def _settings(cluster: Cluster, proxies: Mapping[str, TcpProxy]) -> dict[str, str]:
    [replica] = cluster.pair.replicas
    urls = {
        "DATABASE_URL": (cluster.pair.primary.url("broadsheet"), "primary"),
        "DATABASE_REPLICA_URL": (replica.url("broadsheet"), "replica"),
        "REDIS_URL": (cluster.redis.url, "redis"),
        "CELERY_BROKER_URL": (cluster.rabbitmq.url, "rabbitmq"),
    }
    return {name: proxies[backend].url_to(url) for name, (url, backend) in urls.items()}


def _answers(address: str) -> bool:
    try:
        with urlopen(f"{address}/healthz", timeout=5) as answer:
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False
