"""The 750 posts of the Rust blog, imported once on each kind of database, for reading only."""

import time

import pytest
import pytest_asyncio

from core.dependencies.container import Container
from tests.integration.imported import REAL, Blog

SECONDS_ON_SQLITE, SECONDS_ON_MYSQL = 20, 30


@pytest_asyncio.fixture(scope="session")
async def sqlite_real_blog(sqlite_container: Container) -> Blog:
    return await imported_in_time(sqlite_container, SECONDS_ON_SQLITE)


@pytest_asyncio.fixture(scope="session")
async def mysql_real_blog(mysql_container: Container) -> Blog:
    return await imported_in_time(mysql_container, SECONDS_ON_MYSQL)


@pytest.fixture(scope="session", params=["sqlite", "mysql"])
def real_blog(request: pytest.FixtureRequest) -> Blog:
    found: Blog = request.getfixturevalue(f"{request.param}_real_blog")
    return found


async def imported_in_time(container: Container, seconds: int) -> Blog:
    if not REAL.is_dir():
        pytest.skip(f"not run for want of the real posts: put them into {REAL}")
    blog = Blog(container)
    began = time.perf_counter()
    report = await blog.import_files(REAL)
    took = time.perf_counter() - began
    assert report.summary == "imported 750, already here 0, bad 0"
    assert took < seconds
    return blog
