"""The API's description against a real server: whatever is sent, it answers as described."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio
import schemathesis
from httpx import AsyncClient, Response
from hypothesis import HealthCheck, Phase, settings
from hypothesis.strategies import sampled_from, sets
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from core.blog.container import blog_container
from interface.http.app import create_api
from tests.e2e.command_line import CommandLine
from tests.support.aggregates import READS, all_samples
from tests.support.api import Person
from tests.support.routes import Blog
from tests.support.server import Server, serving
from tests.support.settings import settings_for

DESCRIPTION = create_api(blog_container(settings_for("sqlite:///never-opened.db"))).openapi()
SCHEMA = schemathesis.openapi.from_dict(DESCRIPTION)
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
]
NAMES = sorted({name for route in READS for name in route.names})
REGISTRATION = {"username": "ann", "email": "ann@example.com", "password": "hot off the press"}


@pytest.fixture(scope="module")
def blog(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("described")
    with serving(folder) as server:
        yield server


@pytest_asyncio.fixture(scope="module")
async def there(blog: Server) -> dict[str, Any]:
    """What there is to find, made by an admin, and the admin's headers."""
    async with AsyncClient(base_url=f"{blog.address}/api/v1") as client:

        async def call(method: str, path: str, by: Person | None = None, **sent: Any) -> Response:
            return await client.request(method, path, headers=by.headers if by else {}, **sent)

        ann = await admin(client, CommandLine(blog.log.parent))
        path = await all_samples(Blog(call, ann, ann))
        return {"path": path, "headers": ann.headers}


async def admin(client: AsyncClient, command_line: CommandLine) -> Person:
    account = (await client.post("/auth/register", json=REGISTRATION)).raise_for_status().json()
    command_line.run("users", "promote", "ann").check_returncode()
    form = {"username": "ann", "password": REGISTRATION["password"]}
    tokens = (await client.post("/auth/token", data=form)).raise_for_status().json()
    user_id = UUID(account["user"]["id"])
    return Person("ann", user_id, tokens["access_token"], tokens["refresh_token"])


@pytest.mark.parametrize("authenticated", [False, True])
@SCHEMA.given(found=sets(sampled_from(NAMES)))
@SCHEMA.parametrize()
@settings(
    max_examples=5,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    # what is drawn besides has no examples of the description's own
    phases=set(Phase) - {Phase.explicit},
)
def test_it_answers_as_described(
    case: Case[Any], found: set[str], blog: Server, there: dict[str, Any], authenticated: bool
) -> None:
    case.path_parameters = {
        name: there["path"].get(name, value) if name in found else value
        for name, value in case.path_parameters.items()
    }
    # an answer with these fields alone has no type of its own, so that clients keep the whole one
    (case.query or {}).pop("fields", None)
    headers = there["headers"] if authenticated else {}
    case.call_and_validate(base_url=blog.address, headers=headers, checks=CHECKS)
