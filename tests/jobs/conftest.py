"""The real stack: a server and workers in processes of their own, on MySQL, Redis and RabbitMQ;
and a desk with a mail server, where a worker works when told to."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from core.blog.container import blog_container
from core.config import Settings
from core.dependencies.container import Container
from infra.database.schema import migrate
from tests.conftest import CHEAP_HASH, fresh_api
from tests.harness.mysql import MySQLPair
from tests.harness.rabbitmq_server import RabbitMQServer
from tests.harness.redis_server import RedisServer
from tests.support.api import Api
from tests.support.databases import migrated
from tests.support.mail_desk import PUBLIC_URL, Desk
from tests.support.mail_server import Post
from tests.support.server import Server, serving
from tests.support.settings import environment_of, settings_for


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
    container = blog_container(settings)
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


@pytest_asyncio.fixture(scope="module", params=["sqlite", "mysql"])
async def unrelayed(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Settings:
    """Those of a database of its own, where nobody relays."""
    if request.param == "mysql":
        return await migrated(request.getfixturevalue("mysql_pair"))
    settings = settings_for(f"sqlite:///{tmp_path_factory.mktemp('mails')}/blog.db")
    await migrate(settings.primary)
    return settings


@pytest_asyncio.fixture
async def post() -> AsyncIterator[Post]:
    post = Post()
    await post.open()
    yield post
    await post.close()


@pytest_asyncio.fixture
async def desk(unrelayed: Settings, post: Post) -> AsyncIterator[Desk]:
    mails = {"smtp_url": post.url, "mail_from": "The Press <press@blog.test>"}
    mailing = unrelayed.model_copy(update=mails | {"public_url": PUBLIC_URL})
    container = blog_container(mailing)
    async with fresh_api(container) as api:
        yield Desk(api, await api.registered(), mailing)
    await container.stop()
