"""The real stack: a server and workers in processes of their own, on MySQL, Redis and RabbitMQ."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from core.config import Settings
from core.dependencies.container import Container
from tests.conftest import CHEAP_HASH, fresh_api, migrated
from tests.harness.mysql import MySQLPair
from tests.harness.rabbitmq_server import RabbitMQServer
from tests.harness.redis_server import RedisServer
from tests.support.api import Api
from tests.support.server import Server, serving
from tests.support.settings import environment_of


@dataclass(frozen=True)
class Stack:
    """A server, and what its workers must be told."""

    server: Server
    api: Api
    environment: dict[str, str]
    folder: Path


@pytest_asyncio.fixture(scope="module")
async def settings(mysql_pair: MySQLPair, redis: RedisServer) -> Settings:
    """A database of its own: what runs in the process of the tests does no job of it."""
    return await migrated(mysql_pair, redis)


@pytest_asyncio.fixture
async def idle(settings: Settings) -> AsyncIterator[Container]:
    """A container that relays nothing."""
    container = Container(settings)
    container._resources.passwords._hash = CHEAP_HASH
    yield container
    await container.stop()


@pytest.fixture
def broker(rabbitmq: RabbitMQServer) -> RabbitMQServer:
    """The broker; a module that breaks it has its own."""
    return rabbitmq


@pytest_asyncio.fixture
async def stack(
    settings: Settings, idle: Container, broker: RabbitMQServer, tmp_path: Path
) -> AsyncIterator[Stack]:
    environment = environment_of(settings) | {"CELERY_BROKER_URL": broker.url}
    with serving(tmp_path, **environment) as server:
        async with fresh_api(idle) as here:
            api = here.through(server.address)
            async with api.client:
                yield Stack(server, api, environment, tmp_path)
