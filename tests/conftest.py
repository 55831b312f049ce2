"""Fixtures for all tests: databases, containers on them, and the API of a fresh tenant."""

import gc
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from zlib import crc32

import pytest
import pytest_asyncio
from hypothesis import settings
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from core.blog.container import blog_container
from core.config import Settings
from core.dependencies.container import Container
from domain.ids import new_id
from infra.database.schema import migrate
from tests.harness.mysql import MySQLPair
from tests.harness.redis_server import RedisServer
from tests.support.api import Api
from tests.support.databases import migrated
from tests.support.settings import settings_for
from tests.support.statements import refuse_statements_without_tenant

KINDS = ("sqlite", "mysql")
CHEAP_HASH = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1),))
settings.register_profile("full", max_examples=1000)
pytest_plugins = ["tests.harness.fixtures"]


def pytest_configure() -> None:
    """Takes SIGINT back where a script runs the suite in its background: there it is ignored, and
    would be by all that the tests start, and end with it."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keeps each case that is marked so on one kind of database alone, by the case's name."""
    left_out = {item for item in items if _runs_on_the_other_kind(item)}
    config.hook.pytest_deselected(items=list(left_out))
    items[:] = [item for item in items if item not in left_out]


def _runs_on_the_other_kind(item: pytest.Item) -> bool:
    called = getattr(item, "callspec", None)
    if called is None or not item.get_closest_marker("one_database"):
        return False
    kind = called.params.get("container", "")
    case = item.nodeid.replace(kind, "")
    return kind in KINDS and KINDS[crc32(case.encode()) % 2] != kind


def pytest_collection_finish() -> None:
    """Takes what was imported and collected, which stays, out of each later search for garbage."""
    gc.freeze()


@pytest_asyncio.fixture(scope="session")
async def mysql_settings(mysql_pair: MySQLPair, redis: RedisServer) -> Settings:
    """A migrated database on the shared primary, with its replica and a Redis."""
    return await migrated(mysql_pair, redis)


@pytest_asyncio.fixture(scope="session")
async def sqlite_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A migrated SQLite database."""
    file = tmp_path_factory.mktemp("sqlite") / "blog.db"
    settings = settings_for(f"sqlite:///{file}")
    await migrate(settings.primary)
    return settings


@pytest_asyncio.fixture(scope="session")
async def mysql_container(mysql_settings: Settings) -> AsyncIterator[Container]:
    """A running container on MySQL."""
    async with running(mysql_settings) as container:
        yield container


@pytest_asyncio.fixture(scope="session")
async def sqlite_container(sqlite_settings: Settings) -> AsyncIterator[Container]:
    """A running container on SQLite."""
    async with running(sqlite_settings) as container:
        yield container


@pytest.fixture(scope="session", params=KINDS)
def container(request: pytest.FixtureRequest) -> Container:
    """A running container on each kind of database, one after the other."""
    found: Container = request.getfixturevalue(f"{request.param}_container")
    return found


@pytest_asyncio.fixture
async def api(container: Container) -> AsyncIterator[Api]:
    """The API of a tenant that no other test knows, on each kind of database."""
    async with fresh_api(container) as api:
        yield api


@pytest_asyncio.fixture
async def api_on_mysql(mysql_container: Container) -> AsyncIterator[Api]:
    """The same on MySQL alone."""
    async with fresh_api(mysql_container) as api:
        yield api


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[Container]:
    """Start a container, whose every statement must name the tenant; stop it at the end."""
    container = blog_container(settings)
    refuse_statements_without_tenant(container)
    # thousands of people register here: what a hash costs is tested in unit/test_passwords.py
    container._resources.passwords._hash = CHEAP_HASH
    # no busy moment of the test's own process is to look like a Redis that is down
    wait_for_redis(container, seconds=1)
    await container.start()
    try:
        yield container
    finally:
        await container.stop()


@asynccontextmanager
async def api_with(container: Container, **settings: Any) -> AsyncIterator[Api]:
    """An API on the same database, with other settings; its server is not started."""
    other = blog_container(container._settings.model_copy(update=settings))
    async with fresh_api(other) as api:
        yield api
    await other.stop()


def wait_for_redis(container: Container, seconds: float) -> None:
    """Let a container wait for Redis longer than it would."""
    if redis := container._resources.redis:
        redis.client.connection_pool.connection_kwargs["socket_timeout"] = seconds


@asynccontextmanager
async def fresh_api(container: Container) -> AsyncIterator[Api]:
    """The API of a tenant that nobody knows yet."""
    api = Api(container, new_id())
    async with api.client:
        yield api
