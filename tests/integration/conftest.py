"""The 750 posts of the Rust blog, imported once on each kind of database, for reading only."""

import pytest
import pytest_asyncio

from core.dependencies.container import Container
from tests.integration.imported import REAL, Blog
from tests.support.profile import IS_FULL


@pytest_asyncio.fixture(scope="session")
async def sqlite_real_blog(sqlite_container: Container) -> Blog:
    return await imported(sqlite_container)


@pytest_asyncio.fixture(scope="session")
async def mysql_real_blog(mysql_container: Container) -> Blog:
    return await imported(mysql_container)


# each import takes half a minute of a processor; both kinds meet in test_real_posts.py
@pytest.fixture(scope="session", params=["sqlite", "mysql"] if IS_FULL else ["mysql"])
def real_blog(request: pytest.FixtureRequest) -> Blog:
    found: Blog = request.getfixturevalue(f"{request.param}_real_blog")
    return found


async def imported(container: Container) -> Blog:
    if not REAL.is_dir():
        pytest.skip(f"not run for want of the real posts: put them into {REAL}")
    blog = Blog(container)
    report = await blog.import_files(REAL)
    assert report.summary == "imported 750, already here 0, bad 0"
    return blog
