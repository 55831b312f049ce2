"""How long it takes to answer about an account that is there, and about one that is not."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path
from random import choice, sample
from statistics import median
from time import perf_counter

import pytest
import pytest_asyncio
from httpx import Response
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from core.blog.container import blog_container
from domain.caller import Role
from infra.database.schema import migrate
from tests.conftest import fresh_api
from tests.support.api import PASSWORD, Api
from tests.support.databases import migrated
from tests.support.settings import settings_for

pytestmark = pytest.mark.timing
ROUNDS = 200
DIFFERENCE = 0.05
TRIES = 5  # noise shows a difference where there is none; a leak shows in each
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
    """Register where nobody may: elsewhere the answer says whether the email is taken."""
    body = {"username": "new", "email": f"{name}@example.com", "password": PASSWORD}
    return api.post("/auth/register", json=body)


async def time_all(api: Api, ask: Ask, known: Sequence[str]) -> float:
    """Return how the median of known accounts differs from that of unknown ones."""
    times: dict[bool, list[float]] = {True: [], False: []}
    said = set()
    for number in range(ROUNDS):
        # in another order each time: what runs at intervals hits both
        for is_known in sample((True, False), 2):
            name = choice(known) if is_known else f"nobody{number % len(known)}"
            began = perf_counter()
            answer = await ask(api, name)
            times[is_known].append(perf_counter() - began)
            said.add((answer.status_code, answer.json()["detail"] if answer.content else ""))
    assert len(said) == 1, "and the words do not tell it either"
    of_known, of_unknown = (median(times[is_known]) for is_known in (True, False))
    print(f"{ask.__name__}: {of_known * 1000:.2f} and {of_unknown * 1000:.2f} ms")
    return abs(of_known / of_unknown - 1)


@pytest.mark.parametrize("ask", [log_in, forget, register])
async def test_the_time_does_not_tell_whether_there_is_an_account(idle: Api, ask: Ask) -> None:
    known = [(await idle.person(name=f"known{number}")).username for number in range(10)]
    closed = {"registration": "closed"}
    (await idle.patch("/blog", await idle.person(Role.ADMIN), json=closed)).raise_for_status()
    for _ in range(TRIES):
        if await time_all(idle, ask, known) < DIFFERENCE:
            return
    pytest.fail(f"it does, by more than {DIFFERENCE:.0%} in each of {TRIES} tries")
