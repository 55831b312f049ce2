"""The API's description against a real server: whatever is sent, it answers as described."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from httpx import Client
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

from core.dependencies.container import Container
from interface.http.app import create_api
from tests.e2e.command_line import CommandLine
from tests.support.server import Server, serving
from tests.support.settings import settings_for

DESCRIPTION = create_api(Container(settings_for("sqlite:///never-opened.db"))).openapi()
SCHEMA = schemathesis.openapi.from_dict(DESCRIPTION)
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
]
REGISTRATION = {"username": "ann", "email": "ann@example.com", "password": "hot off the press"}


@pytest.fixture(scope="module")
def blog(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("described")
    with serving(folder) as server:
        yield server


@pytest.fixture(scope="module")
def there(blog: Server, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What there is to find: a commented post, its author, and an admin's headers."""
    with Client(base_url=f"{blog.address}/api/v1") as client:
        client.post("/auth/register", json=REGISTRATION).raise_for_status()
        CommandLine(blog.log.parent).run("users", "promote", "ann").check_returncode()
        form = {"username": "ann", "password": REGISTRATION["password"]}
        token = client.post("/auth/token", data=form).json()["access_token"]
        client.headers["Authorization"] = f"Bearer {token}"
        body = {"title": "Found", "body": "b", "status": "published"}
        post = client.post("/posts", json=body).json()
        client.post(f"/posts/{post['id']}/comments", json={"body": "b"}).raise_for_status()
        path = {"post_id": post["id"], "key": post["slug"], "username": "ann", "number": 1}
        return {"path": path, "headers": {"Authorization": f"Bearer {token}"}}


@pytest.mark.parametrize("signed_in", [False, True])
@SCHEMA.given(found=sets(sampled_from(["post_id", "key", "username", "number"])))
@SCHEMA.parametrize()
@settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    # what is drawn besides has no examples of the description's own
    phases=set(Phase) - {Phase.explicit},
)
def test_it_answers_as_described(
    case: Case[Any], found: set[str], blog: Server, there: dict[str, Any], signed_in: bool
) -> None:
    case.path_parameters = {
        name: there["path"].get(name, value) if name in found else value
        for name, value in case.path_parameters.items()
    }
    headers = there["headers"] if signed_in else {}
    case.call_and_validate(base_url=blog.address, headers=headers, checks=CHECKS)
