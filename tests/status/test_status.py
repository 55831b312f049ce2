"""`/status`: who may see what, and what its buttons do."""

import re
from base64 import b64encode
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import html5lib
import pytest
from httpx import Response
from sqlalchemy import func, insert, select

from domain.caller import Role
from domain.ids import new_id
from domain.job import State
from domain.tenant import DEFAULT_TENANT
from infra.database.tables import jobs
from tests.conftest import api_with
from tests.support.api import Api, Person

pytestmark = pytest.mark.one_database

NO_KIND = "of_no_version"
OWN = {"Sec-Fetch-Site": "same-origin"}


async def token_of(api: Api, by: Person, scope: str = "admin") -> str:
    answer = await api.post("/users/me/tokens", by, json={"name": "Status", "scopes": [scope]})
    return str(answer.raise_for_status().json()["token"])


def basic(name: str, token: str) -> dict[str, str]:
    return {"Authorization": "Basic " + b64encode(f"{name}:{token}".encode()).decode()}


async def admin_of(api: Api) -> dict[str, str]:
    """Make an admin; return what their browser sends."""
    admin = await api.person(Role.ADMIN)
    return basic(admin.username, await token_of(api, admin))


async def shown(api: Api, sent: dict[str, str]) -> Response:
    return await api.client.get("/status/now", headers=sent | {"Accept": "text/html"})


async def dead_job(api: Api, tenant: UUID | None = None, error: str = "It is broken.") -> UUID:
    row: dict[str, Any] = {"id": new_id(), "tenant": tenant or api.tenant, "kind": NO_KIND}
    now = datetime.now(UTC)
    row |= {"state": State.DEAD, "attempts": 5, "max_attempts": 5, "error": error}
    row |= {"payload": {}, "created_at": now, "run_at": now, "finished_at": now}
    async with api.container._resources.primary.engine.begin() as connection:
        await connection.execute(insert(jobs).values(row))
    return UUID(str(row["id"]))


async def count_of_dead(api: Api) -> int:
    own = select(func.count()).where(jobs.c.tenant == api.tenant, jobs.c.state == State.DEAD)
    async with api.container._resources.primary.engine.connect() as connection:
        return int((await connection.execute(own)).scalar_one())


async def state_of(api: Api, job_id: UUID) -> str:
    async with api.container._resources.primary.engine.connect() as connection:
        found = await connection.execute(select(jobs.c.state).where(jobs.c.id == job_id))
        return str(found.scalar_one())


async def replayed(api: Api, job_id: UUID, sent: dict[str, str]) -> Response:
    return await api.client.post(f"/status/jobs/{job_id}/replay", headers=sent)


async def test_admins_alone_may_see_it_by_name_and_token(api: Api) -> None:
    admin, editor = await api.person(Role.ADMIN), await api.person(Role.EDITOR)
    token = await token_of(api, admin)
    nobody = [{}, basic(admin.username, "bs_" + "x" * 43), basic("other", token)]
    nobody += [admin.headers, basic(admin.username, admin.access_token)]
    nobody += [{"Authorization": f"Bearer {token}"}, {"Authorization": "Basic ~"}]
    for sent in nobody:
        answer = await shown(api, sent)
        challenge = answer.headers["WWW-Authenticate"]
        assert (answer.status_code, challenge.partition(" ")[0]) == (401, "Basic"), sent
        assert answer.headers["Cache-Control"] == "private, no-store"
    readers = basic(admin.username, await token_of(api, admin, "read"))
    for sent in (readers, basic(editor.username, await token_of(api, editor))):
        assert (await shown(api, sent)).status_code == 403
    answer = await shown(api, basic(admin.username.upper(), token))
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert "X-Cache" not in answer.headers
    policy = answer.headers["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    html5lib.HTMLParser(strict=True).parse(answer.text)


async def test_its_short_address_leads_to_it_and_asks_for_nothing(api: Api) -> None:
    answer = await api.client.get("/status")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/status/now")
    assert "WWW-Authenticate" not in answer.headers


async def test_an_admin_of_a_tenant_sees_its_jobs_alone(api: Api) -> None:
    own, others = await dead_job(api), await dead_job(api, new_id(), "A secret of others.")
    sent = await admin_of(api)
    page = (await shown(api, sent)).text
    assert str(own) in page
    assert "A secret of others." not in page
    assert "Pool of connections" not in page
    assert (await replayed(api, others, sent | OWN)).status_code == 303
    assert await state_of(api, others) == State.DEAD


async def test_it_says_that_some_dead_jobs_are_not_shown(api: Api) -> None:
    sent = await admin_of(api)
    for shown_now in (20, 21):
        while (await count_of_dead(api)) < shown_now:
            await dead_job(api)
        page = (await shown(api, sent)).text
        assert page.count("<button") == 20
        assert ("The newest 20 are shown" in page) == (shown_now == 21)


async def test_an_admin_of_the_default_tenant_sees_the_server(api: Api) -> None:
    await dead_job(api, new_id(), "A secret of others.")
    operators, history = Api(api.container, DEFAULT_TENANT), api.container.telemetry.history
    # what other tests asked for would be slower, and listed in its place
    history._routes.clear()
    async with operators.client:
        for _ in range(2):
            history.sample()
            await operators.get("/posts")
        answer = await shown(operators, await admin_of(operators))
    page = answer.text
    html5lib.HTMLParser(strict=True).parse(page)
    for part in (
        "schema present",
        "Pool of connections",
        "GET /api/v1/posts",
        "<svg",
        "Requests: ",
    ):
        assert part in page, part
    assert "A secret of others." not in page


async def test_a_button_replays_a_dead_job(api: Api) -> None:
    job, sent = await dead_job(api), await admin_of(api)
    for _ in range(2):  # the second one is too late, and is shown the same
        answer = await replayed(api, job, sent | OWN)
        assert (answer.status_code, answer.headers["Location"]) == (303, "/status/now")
    assert await state_of(api, job) != State.DEAD


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site", "Origin": "http://blog.test"}, 403),
        ({"Origin": "http://evil.test"}, 403),
        ({"Origin": "https://blog.test"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://blog.test"}, 303),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "null"}, 303),
    ],
)
async def test_no_page_of_another_site_replays(api: Api, said: dict[str, str], status: int) -> None:
    job, sent = await dead_job(api), await admin_of(api)
    assert (await replayed(api, job, sent | said)).status_code == status
    assert (await state_of(api, job) == State.DEAD) == (status == 403)


async def test_it_replays_at_an_internal_address(api: Api) -> None:
    job, sent = await dead_job(api), await admin_of(api)
    async with api_with(api.container, public_url="https://public.test/blog") as public:
        public.client.headers = api.client.headers
        for origin, status in (
            ("http://evil.test", 403),
            ("https://blog.test", 403),
            ("http://blog.test", 303),
            ("https://public.test", 303),
        ):
            answer = await replayed(public, job, sent | {"Origin": origin})
            assert answer.status_code == status, origin


async def test_a_tenant_that_is_not_known_is_refused_without_a_question(api: Api) -> None:
    answer = await shown(api, await admin_of(api) | {"X-Tenant-Token": "no token"})
    assert (answer.status_code, answer.headers.get("WWW-Authenticate")) == (403, None)


async def test_no_script_of_another_site_reads_it(api: Api) -> None:
    sent = await admin_of(api)
    cors = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors"}
    assert (await shown(api, sent | cors)).status_code == 403
    for mode in ({"Sec-Fetch-Mode": "navigate"}, {"Sec-Fetch-Site": "same-origin"}):
        assert (await shown(api, sent | cors | mode)).status_code == 200


async def test_calls_are_limited_as_others(api: Api) -> None:
    sent = await admin_of(api)
    limits = {"rate_limits": "user_reads=1/hour,commands=1/hour"}
    async with api_with(api.container, **limits) as limited:
        limited.client.headers = api.client.headers
        assert [(await shown(limited, sent)).status_code for _ in range(2)] == [200, 429]
        first, second = [await replayed(limited, new_id(), sent | OWN) for _ in range(2)]
        assert (first.status_code, second.status_code) == (303, 429)
        editor = await api.person(Role.EDITOR)
        refused = basic(editor.username, await token_of(api, editor))
        assert [(await shown(limited, refused)).status_code for _ in range(2)] == [403, 429]


async def test_it_is_there_without_the_site(api: Api) -> None:
    sent = await admin_of(api)
    async with api_with(api.container, site=False) as bare:
        bare.client.headers = api.client.headers
        assert (await shown(bare, sent)).status_code == 200
        assert (await shown(bare, {})).headers["Content-Type"] == "application/problem+json"


async def test_its_files_are_kept_for_ever(api: Api) -> None:
    page = (await shown(api, await admin_of(api))).text
    for kind in ("css", "javascript"):
        start = page.index("/status/s" + ("tyle" if kind == "css" else "cript"))
        path = page[start : page.index('"', start)]
        answer = await api.client.get(path)
        assert (answer.status_code, kind in answer.headers["Content-Type"]) == (200, True)
        assert "immutable" in answer.headers["Cache-Control"]
        # of a server of another version, whose content would be kept under this address
        other = await api.client.get(re.sub("-[0-9a-f]{12}", "-0123456789ab", path))
        assert (other.status_code, "immutable" in str(other.headers)) == (404, False)


async def test_no_page_of_the_blog_takes_its_address(api: Api) -> None:
    ann = await api.person(Role.EDITOR)
    body = {"title": "Status", "body": "b", "kind": "page", "slug": "status"}
    assert (await api.post("/posts", ann, json=body)).status_code == 422
    assert "Disallow: /status\n" in (await api.client.get("/robots.txt")).text
