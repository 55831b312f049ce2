"""Who may join a blog, and with which role: its admins say so."""

from typing import Any

import pytest
from httpx import Response

from domain.caller import Role
from tests.support.api import PASSWORD, Api, Person

pytestmark = pytest.mark.one_database


@pytest.fixture
async def admin(api: Api) -> Person:
    return await api.person(Role.ADMIN)


async def choose(api: Api, admin: Person, **settings: Any) -> Response:
    return await api.patch("/blog", admin, json=settings)


async def join(api: Api, name: str) -> Response:
    body = {"username": name, "email": f"{name}@x.org", "password": PASSWORD}
    return await api.post("/auth/register", json=body)


async def test_anybody_may_join_unless_told_otherwise(api: Api, admin: Person) -> None:
    said = (await api.get("/blog", admin)).json()
    assert (said["registration"], said["registration_role"]) == ("open", "author")
    assert (await join(api, "ann")).json()["user"]["role"] == "author"


async def test_a_closed_blog_takes_nobody(api: Api, admin: Person) -> None:
    (await choose(api, admin, registration="closed")).raise_for_status()
    refused = await join(api, "ann")
    assert (refused.status_code, "closed" in refused.json()["detail"]) == (403, True)
    # whoever has an account goes on
    await api.log_in(admin)
    (await choose(api, admin, registration="open")).raise_for_status()
    assert (await join(api, "ann")).status_code == 201


async def test_registration_gives_the_role_that_was_chosen(api: Api, admin: Person) -> None:
    (await choose(api, admin, registration_role="reader")).raise_for_status()
    assert (await join(api, "bea")).json()["user"]["role"] == "reader"
    said = (await api.get("/blog", admin)).json()
    assert (said["registration"], said["registration_role"]) == ("open", "reader")


@pytest.mark.parametrize("role", ["editor", "admin", "king", None])
async def test_registration_gives_no_power_over_others(
    api: Api, admin: Person, role: str | None
) -> None:
    assert (await choose(api, admin, registration_role=role)).status_code == 422


async def test_each_tenant_has_its_own(api: Api, admin: Person) -> None:
    (await choose(api, admin, registration="closed")).raise_for_status()
    del api.client.headers["X-Tenant-Token"]
    assert (await join(api, f"ann{admin.id.hex}")).status_code == 201
