"""Addresses of old, on both kinds of database."""

from datetime import UTC, datetime
from urllib.parse import quote

import pytest

from application.importing.commands import ImportCommandService, ImportedPost
from domain.caller import Role
from tests.support.api import Api

pytestmark = pytest.mark.one_database

PATH = "2014/12/12/1.0-Timeline"
ALIASES = ("2014/12/12/1.0-Timeline.html", "/alt/", "ünï côde/x%2Fy", "api/v2/old")


async def imported(api: Api, path: str = PATH, aliases: tuple[str, ...] = ALIASES) -> None:
    post = ImportedPost(
        path=path,
        aliases=aliases,
        slug="1.0-Timeline",
        title="Timeline",
        body="One point oh.",
        authors=("Ann",),
        published_at=datetime(2014, 12, 12, tzinfo=UTC),
    )
    scope = api.container.scope(api.tenant)
    await scope[ImportCommandService].import_posts([post])
    token = api.container.consistency_token(scope.position.value)
    api.client.headers["Consistency-Token"] = token


@pytest.mark.parametrize("address", [PATH, f"{PATH}/", *ALIASES[:3], "alt", f"{ALIASES[0]}?utm=1"])
async def test_an_address_of_old_leads_to_the_post(api: Api, address: str) -> None:
    await imported(api)
    path, _, query = address.partition("?")
    answer = await api.client.get(f"/{quote(path.lstrip('/'))}?{query}")
    assert answer.status_code == 301
    assert answer.headers["Location"] == "http://blog.test/posts/1.0-Timeline"
    followed = await api.client.get(answer.headers["Location"])
    assert "<h1>Timeline</h1>" in followed.text
    head = await api.client.head(f"/{quote(path.lstrip('/'))}")
    assert (head.status_code, head.headers["Location"]) == (301, answer.headers["Location"])


async def test_what_was_never_an_address_is_not_found(api: Api) -> None:
    await imported(api)
    for path in ("/2014/12/12/1.0-timeline", "/2014", "/1.0-Timeline", "/favicon.ico", "/a\0b"):
        answer = await api.client.get(quote(path))
        assert answer.status_code == 404
        assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    for method in ("POST", "PUT", "DELETE"):
        assert (await api.client.request(method, f"/{PATH}")).status_code == 404


async def test_the_api_has_no_addresses_of_old(api: Api) -> None:
    await imported(api)
    answer = await api.client.get("/api/v2/old")
    assert answer.status_code == 404
    assert answer.json() == {"errors": {"address": ["not found"]}}


async def test_a_wrong_method_of_the_api_is_told_so(api: Api) -> None:
    for path in ("/auth/token", "/posts/018f2b5c-7d3e-7c1a-9b1e-3f2a1b4c5d6e/publish"):
        for method in ("GET", "HEAD"):
            answer = await api.call(method, path)
            assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")


async def test_a_withdrawn_post_is_not_led_to(api: Api) -> None:
    await imported(api)
    editor = await api.person(Role.EDITOR)
    post = (await api.get("/posts/1.0-Timeline")).json()
    await api.post(f"/posts/{post['id']}/unpublish", editor)
    token = {"Consistency-Token": ",".join(api.tokens)}
    assert (await api.client.get(f"/{PATH}", headers=token)).status_code == 404
    seen = await api.client.get(f"/{PATH}", headers=token | editor.headers)
    assert seen.status_code == 301


async def test_a_renamed_post_is_led_to_by_its_present_slug(api: Api) -> None:
    await imported(api)
    editor = await api.person(Role.EDITOR)
    post = (await api.get("/posts/1.0-Timeline")).json()
    await api.patch(f"/posts/{post['id']}", editor, json={"slug": "première"})
    token = {"Consistency-Token": ",".join(api.tokens)}
    there = {PATH: "", "posts/1.0-Timeline": "", "api/v1/posts/1.0-Timeline": "/api/v1"}
    for path, root in there.items():
        answer = await api.client.get(f"/{path}", headers=token)
        assert answer.headers["Location"] == f"http://blog.test{root}/posts/premi%C3%A8re"
