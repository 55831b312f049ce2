"""How long it takes to answer about an account that is there, and about one that is not."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from statistics import median
from time import perf_counter

import pytest
import pytest_asyncio
from httpx import Response
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from core.blog.container import blog_container
from infra.database.schema import migrate
from tests.conftest import fresh_api, migrated
from tests.support.api import PASSWORD, Api
from tests.support.settings import settings_for

pytestmark = pytest.mark.timing
ROUNDS = 200
DIFFERENCE = 0.05
# cheaper than in production: an account without a hash to compare with must show all the same
HASH = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=1024, parallelism=1),))
Ask = Callable[[Api, str], Awaitable[Response]]


@pytest_asyncio.fixture(params=["sqlite", "mysql"])
async def idle(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Api]:
    """An API on a database of its own: nobody does the job of one call beside another."""
    if request.param == "mysql":
        settings = await migrated(request.getfixturevalue("mysql_pair"))
    else:
        settings = settings_for(f"sqlite:///{tmp_path}/blog.db")
        await migrate(settings.primary)
    container = blog_container(settings)
    container._resources.passwords._hash = HASH
    async with fresh_api(container) as api:
        yield api
    await container.stop()


def log_in(api: Api, name: str) -> Awaitable[Response]:
    form = {"username": f"{name}@example.com", "password": "wrong password"}
    return api.post("/auth/token", data=form)


def forget(api: Api, name: str) -> Awaitable[Response]:
    return api.post("/auth/forgot-password", json={"email": f"{name}@example.com"})


def register(api: Api, name: str) -> Awaitable[Response]:
    """Register under a username that is taken: whether the email is too must not show."""
    body = {"username": "taken", "email": f"{name}@example.com", "password": PASSWORD}
    return api.post("/auth/register", json=body)


@pytest.mark.parametrize("ask", [log_in, forget, register])
async def test_the_time_does_not_tell_whether_there_is_an_account(idle: Api, ask: Ask) -> None:
    known = [(await idle.person(name=f"known{number}")).username for number in range(10)]
    await idle.person(name="taken")
    times: dict[bool, list[float]] = {True: [], False: []}
    said = set()
    for number in range(2 * ROUNDS):
        is_known = number % 2 == 0
        name = known[number // 2 % 10] if is_known else f"nobody{number // 2 % 10}"
        began = perf_counter()
        answer = await ask(idle, name)
        times[is_known].append(perf_counter() - began)
        said.add((answer.status_code, answer.json()["detail"] if answer.content else ""))
    assert len(said) == 1, "and the words do not tell it either"
    of_known, of_unknown = (median(times[is_known]) for is_known in (True, False))
    print(f"{ask.__name__}: {of_known * 1000:.2f} and {of_unknown * 1000:.2f} ms")
    assert abs(of_known / of_unknown - 1) < DIFFERENCE
