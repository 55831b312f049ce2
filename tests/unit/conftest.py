"""What handlers are tested on: a database that is there at once, and that nothing else uses."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from core.blog.container import blog_container
from core.dependencies.container import Container
from infra.database.schema import migrate
from tests.conftest import fresh_api
from tests.support.api import Api, Person
from tests.support.settings import settings_for
from tests.support.statements import refuse_statements_without_tenant
from tests.support.stores import Store


@pytest_asyncio.fixture(scope="session")
async def idle_container(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Container]:
    """A container on SQLite that was not started: no job is done, and nothing is swept."""
    settings = settings_for(f"sqlite:///{tmp_path_factory.mktemp('idle')}/blog.db")
    await migrate(settings.primary)
    container = blog_container(settings)
    refuse_statements_without_tenant(container)
    yield container
    await container.stop()


@pytest_asyncio.fixture
async def desk(idle_container: Container) -> AsyncIterator[Api]:
    """The API of a tenant that no other test knows: its jobs wait until a test does them."""
    async with fresh_api(idle_container) as api:
        yield api


@pytest_asyncio.fixture
async def ann(desk: Api) -> Person:
    """An author at that desk."""
    return await desk.person()


@pytest.fixture
def store(idle_container: Container) -> Store:
    """What a tenant that no other test knows has stored: nothing yet."""
    return Store(idle_container)
