"""The limits of the API, on both kinds of database: in memory, and in Redis."""

import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from httpx import Response

from core.config import Settings
from core.dependencies.container import Container
from domain.caller import Role
from domain.ids import new_id
from infra.database.schema import migrate
from tests.conftest import fresh_api, running
from tests.support.api import PASSWORD, Api, Person
from tests.support.jobs import ended
from tests.support.network import from_address
from tests.support.settings import settings_for

pytestmark = pytest.mark.one_database

HERE, THERE = "192.0.2.1", "192.0.2.2"
PAST_CACHE = {"Cache-Control": "no-cache"}
WINDOW = re.compile(r'"(\w+)";r=(\d+);t=(\d+)')


@pytest_asyncio.fixture(scope="module")
async def on_sqlite(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Container]:
    file = tmp_path_factory.mktemp("limited") / "blog.db"
    settings = settings_for(f"sqlite:///{file}", rate_limits="")
    await migrate(settings.primary)
    async with running(settings) as container:
        yield container


@pytest_asyncio.fixture(scope="module")
async def on_mysql(mysql_settings: Settings) -> AsyncIterator[Container]:
    async with running(mysql_settings.model_copy(update={"rate_limits": ""})) as container:
        yield container


@pytest.fixture(scope="module", params=["on_sqlite", "on_mysql"])
def limited_container(request: pytest.FixtureRequest) -> Container:
    found: Container = request.getfixturevalue(request.param)
    return found


@pytest_asyncio.fixture
async def limited(limited_container: Container) -> AsyncIterator[Api]:
    """The API of a fresh tenant, with the limits that it has unless told otherwise."""
    async with fresh_api(limited_container) as api:
        yield api


def left(answer: Response) -> dict[str, int]:
    """Return what is left of each limit that a call was counted under."""
    said = answer.headers.get("RateLimit", "")
    return {name: int(remaining) for name, remaining, _ in WINDOW.findall(said)}


async def log_in(api: Api, login: str, password: str = "wrong password") -> Response:
    return await api.post("/auth/token", data={"username": login, "password": password})


async def forget(api: Api, email: str) -> Response:
    return await api.post("/auth/forgot-password", json={"email": email})


def is_refusal(answer: Response, most_seconds: int) -> bool:
    """Return whether it is a problem document that says when to try again."""
    assert answer.status_code == 429
    assert answer.headers["Content-Type"] == "application/problem+json"
    seconds, problem = int(answer.headers["Retry-After"]), answer.json()
    assert (problem["status"], problem["type"]) == (429, "urn:broadsheet:problem:limit-reached")
    assert problem["detail"] == f"Too many requests: try again in {seconds} seconds."
    return most_seconds - 60 < seconds <= most_seconds


async def test_every_command_says_what_is_left(limited: Api) -> None:
    ann = await limited.person()
    for remaining in (119, 118):
        answer = await limited.post("/posts", ann, json={"title": "t", "body": "b"})
        assert answer.headers["RateLimit-Policy"] == '"commands";q=120;w=60'
        assert re.fullmatch(rf'"commands";r={remaining};t=(60|59|58)', answer.headers["RateLimit"])
    refused = await limited.post("/posts", ann, json={})
    assert (refused.status_code, left(refused)) == (422, {"commands": 117})
    of_others = await limited.post("/posts", await limited.person(), json={})
    assert left(of_others) == {"commands": 119}


async def test_commands_of_a_user_are_limited(limited: Api) -> None:
    ann, other = await limited.person(), await limited.person()
    for _ in range(120):
        assert (await limited.delete(f"/posts/{new_id()}", ann)).status_code == 404
    by_key = {"Idempotency-Key": "k"}
    refused = await limited.post("/posts", ann, json={"title": "t", "body": "b"}, headers=by_key)
    assert is_refusal(refused, 60)
    assert (await limited.get("/users/me", ann)).status_code == 200
    assert (await limited.write(other))["title"] == "A title"


@pytest.mark.parametrize("kind", ["comments", "bulks"])
async def test_some_commands_count_twice(limited: Api, kind: str) -> None:
    ann = await limited.person()
    post = await limited.write(ann)
    operations = [{"op": "publish", "id": str(new_id())}]
    path, body, most, seconds = {
        "comments": (f"/posts/{post['id']}/comments", {"body": "b"}, 20, 60),
        "bulks": ("/posts/bulk", {"operations": operations}, 10, 3600),
    }[kind]
    for remaining in reversed(range(most)):
        answer = await limited.post(path, ann, json=body)
        assert answer.status_code in (201, 202)
        if kind == "bulks":  # of which only a few may wait
            await ended(limited, ann, answer.json()["id"])
        assert left(answer)[kind] == remaining
    assert is_refusal(await limited.post(path, ann, json=body), seconds)
    # what was refused is no command either
    assert left(await limited.post("/posts", ann, json={})) == {"commands": 118 - most}


async def test_registrations_of_an_address_are_limited(limited: Api) -> None:
    for _ in range(10):
        await limited.registered()
    account = {"username": "ann", "email": "ann@x.org", "password": PASSWORD}
    assert is_refusal(await limited.post("/auth/register", json=account), 3600)
    elsewhere = from_address(limited, THERE)
    assert (await elsewhere.post("/auth/register", json=account)).status_code == 201


async def test_forgotten_passwords_are_limited_by_account_and_address(limited: Api) -> None:
    ann = await limited.person()
    for email in (ann.email, ann.email.upper(), f"  {ann.email}".strip()):
        assert (await forget(limited, email)).status_code == 202
    assert is_refusal(await forget(limited, ann.email), 3600)
    assert is_refusal(await forget(from_address(limited, THERE), ann.email), 3600)
    for number in range(7):
        assert (await forget(limited, f"a{number}@x.org")).status_code == 202
    assert is_refusal(await forget(limited, "b@x.org"), 3600)


async def test_nobody_learns_from_a_limit_who_has_an_account(limited: Api) -> None:
    ann = await limited.person()
    for name, email in ((ann.username, ann.email), ("nobody", "nobody@x.org")):
        logins = [await log_in(limited, name) for _ in range(11)]
        mails = [await forget(limited, email) for _ in range(4)]
        assert [answer.status_code for answer in logins] == [401] * 10 + [429]
        assert [answer.status_code for answer in mails] == [202] * 3 + [429]
        assert is_refusal(logins[-1], 900)
        assert is_refusal(mails[-1], 3600)
        # another name of the account is no way to learn that it is one
        assert left(await log_in(limited, email))["account_passwords"] == 9


async def test_wrong_passwords_do_not_lock_the_owner_out(limited: Api) -> None:
    ann = await limited.person()
    attacker, owner = from_address(limited, HERE), from_address(limited, THERE)
    for _ in range(10):
        assert (await log_in(attacker, ann.username)).status_code == 401
    for password in ("wrong password", PASSWORD):
        assert is_refusal(await log_in(attacker, ann.username, password), 900)
    answer = await log_in(owner, ann.username, PASSWORD)
    assert (answer.status_code, left(answer)["account_passwords"]) == (200, 10)
    # who was refused for the others may try again, as often as anybody
    assert left(await log_in(attacker, ann.username.upper()))["account_passwords"] == 9


async def test_an_address_that_fails_at_an_attacked_account_has_one_try(limited: Api) -> None:
    ann = await limited.person()
    for _ in range(10):
        await log_in(from_address(limited, HERE), ann.username)
    other = from_address(limited, THERE)
    assert (await log_in(other, ann.username)).status_code == 401
    assert is_refusal(await log_in(other, ann.username, PASSWORD), 900)


async def test_the_right_password_resets_the_account(limited: Api) -> None:
    ann = await limited.person()
    for _ in range(2):
        for _ in range(9):
            assert (await log_in(limited, ann.username)).status_code == 401
        assert (await log_in(limited, ann.username, PASSWORD)).status_code == 200
    # the address has failed as often as it has
    assert left(await log_in(limited, ann.username))["address_passwords"] == 50 - 19


async def test_an_address_fails_50_times_at_any_accounts(limited: Api) -> None:
    ann = await limited.person()
    for number in range(50):
        assert (await log_in(limited, f"person {number}")).status_code == 401
    assert is_refusal(await log_in(limited, ann.username, PASSWORD), 900)
    elsewhere = from_address(limited, THERE)
    assert (await log_in(elsewhere, ann.username, PASSWORD)).status_code == 200


async def test_the_present_password_is_guessed_no_more_often(limited: Api) -> None:
    ann = await limited.person()
    guess: dict[str, Any] = {"password": "an altogether new one", "current_password": "wrong"}
    for _ in range(10):
        answer = await limited.patch("/users/me", ann, json=guess)
        assert answer.json()["errors"][0]["field"] == "current_password"
    for proof in ("wrong", PASSWORD):
        answer = await limited.patch("/users/me", ann, json=guess | {"current_password": proof})
        assert is_refusal(answer, 900)
    assert (await limited.patch("/users/me", ann, json={"bio": "b"})).status_code == 200
    elsewhere = from_address(limited, THERE)
    guess["current_password"] = PASSWORD
    assert (await elsewhere.patch("/users/me", ann, json=guess)).status_code == 200


@pytest.mark.parametrize(
    ("first", "second", "is_one"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("192.0.2.1", "192.0.2.2", False),
    ],
)
async def test_one_subscriber_is_one_address(
    limited: Api, first: str, second: str, is_one: bool
) -> None:
    for _ in range(3):
        await log_in(from_address(limited, first), "ann")
    answer = await log_in(from_address(limited, second), "bob")
    assert left(answer)["address_passwords"] == (46 if is_one else 49)


async def test_reads_are_limited_but_for_hits(limited: Api) -> None:
    ann = await limited.person()
    await limited.write(ann)
    answers = [await limited.get("/posts", headers=PAST_CACHE) for _ in range(300)]
    assert {answer.status_code for answer in answers} == {200}
    assert left(answers[-1]) == {"address_reads": 0}
    assert is_refusal(await limited.get("/posts", headers=PAST_CACHE), 60)
    assert (await limited.get("/users/me", ann)).status_code == 200
    elsewhere = from_address(limited, THERE)
    for _ in range(9):
        hit = await elsewhere.get("/posts")
    assert (hit.headers["X-Cache"], left(hit)) == ("HIT", {})
    # whoever may read no more is still given what is cached
    assert (await limited.get("/posts")).status_code == 200


async def test_reads_of_a_user_are_counted_for_the_user(limited: Api) -> None:
    ann = await limited.person(Role.ADMIN)
    issued = await limited.post("/users/me/tokens", ann, json={"name": "n", "scopes": ["read"]})
    by_token = Person(ann.username, ann.id, issued.json()["token"], "")
    for remaining, by, path in ((599, ann, "/users/me"), (598, by_token, "/jobs")):
        answer = await limited.get(path, by)
        assert (answer.status_code, left(answer)) == (200, {"user_reads": remaining})


async def test_tenants_are_counted_apart(limited: Api) -> None:
    for _ in range(10):
        await log_in(limited, "ann")
    async with fresh_api(limited.container) as other:
        assert left(await log_in(other, "ann")) == {
            "account_passwords": 9,
            "address_passwords": 49,
        }


async def test_nothing_is_limited_where_limits_are_off(api: Api) -> None:
    ann = await api.person()
    for _ in range(25):
        answer = await api.post(f"/posts/{new_id()}/comments", ann, json={"body": "b"})
        assert answer.status_code == 404
    assert "RateLimit" not in answer.headers
