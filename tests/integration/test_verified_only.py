"""REQUIRE_VERIFIED_EMAIL: who has not verified an address writes nothing, but keeps the account."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from core.config import Settings
from domain.caller import Role
from infra.database.schema import migrate
from tests.conftest import fresh_api, running
from tests.support.api import PASSWORD, Api, Person
from tests.support.mail_desk import verify
from tests.support.settings import settings_for
from tests.support.statements import recorded

pytestmark = pytest.mark.one_database

POST = {"title": "t", "body": "b"}
TOKEN = {"name": "n", "scopes": ["write"]}
Call = tuple[str, str, Any]
REFUSED: list[Call] = [
    ("POST", "/posts", POST),
    ("POST", "/posts/bulk", {"operations": [{"op": "create", **POST}]}),
    ("PATCH", "/posts/{post}", {"title": "2"}),
    ("PUT", "/posts/{post}/favorite", None),
    ("POST", "/posts/{post}/comments", {"body": "b"}),
    ("PUT", "/users/{other}/follow", None),
    ("PATCH", "/users/me", {"bio": "Buy!"}),
    ("PATCH", "/users/me", {"email": "new@x.org", "current_password": PASSWORD, "bio": "Buy!"}),
    ("POST", "/users/me/tokens", TOKEN),
]
ADMITTED: list[Call] = [
    ("GET", "/users/me", None),
    ("POST", "/users/me/verification", None),
    ("PATCH", "/users/me", {"email": "new@x.org", "current_password": PASSWORD, "mails": False}),
    ("PATCH", "/users/me", {"password": "another one", "current_password": PASSWORD}),
    ("POST", "/users/me/export", None),
    ("DELETE", "/users/me/sessions", None),
    ("DELETE", "/users/me", {"current_password": "another one"}),
]


@pytest_asyncio.fixture(scope="module")
async def on_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = settings_for(f"sqlite:///{tmp_path_factory.mktemp('strict')}/blog.db")
    await migrate(settings.primary)
    return settings


@pytest.fixture(params=["on_sqlite", "mysql_settings"])
def settings(request: pytest.FixtureRequest) -> Settings:
    found: Settings = request.getfixturevalue(request.param)
    return found.model_copy(update={"require_verified_email": True})


@pytest_asyncio.fixture
async def strict(settings: Settings) -> AsyncIterator[Api]:
    async with running(settings) as container, fresh_api(container) as api:
        yield api


async def called(api: Api, call: Call, by: Person, **names: str) -> Any:
    method, path, body = call
    return await api.call(method, path.format(**names), by, json=body)


async def test_only_who_is_verified_writes(strict: Api) -> None:
    ann, bob = await strict.person(), await strict.person()
    await verify(strict, ann)
    post = await strict.write(ann)
    names = {"post": post["id"], "other": ann.username}
    for call in REFUSED:
        answer = await called(strict, call, bob, **names)
        assert answer.status_code == 403, call
        problem = answer.json()
        assert problem["type"] == "urn:broadsheet:problem:email-not-verified"
        assert "POST /users/me/verification" in problem["detail"]
    for call in ADMITTED:
        answer = await called(strict, call, bob, **names)
        assert answer.is_success, (call, answer.text)


async def test_a_verified_address_and_its_tokens_may_write_at_once(strict: Api) -> None:
    ann = await strict.person()
    await verify(strict, ann)
    token = (await strict.post("/users/me/tokens", ann, json=TOKEN)).json()["token"]
    headers = {"Authorization": f"Bearer {token}"}
    assert (await strict.post("/posts", ann, json=POST)).status_code == 201
    assert (await strict.post("/posts", headers=headers, json=POST)).status_code == 201
    # an admin's role does not stand for it
    admin = await strict.person(Role.ADMIN)
    assert (await strict.patch("/blog", admin, json={})).status_code == 403


async def test_it_costs_no_statement(strict: Api) -> None:
    ann = await strict.person()
    with recorded(strict.container) as seen:
        await strict.post("/posts", ann, json=POST)
    assert seen == ["writes: SELECT token_family"]
    await verify(strict, ann)
    with recorded(strict.container) as seen:
        await strict.post("/posts", ann, json=POST)
    first, second, *_ = seen
    assert (first, second) == ("writes: SELECT token_family", "writes: INSERT address")
