"""Links to previews: they show drafts to whoever has them, and are on no list and in no cache."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import html5lib
import pytest
from httpx import Response

from domain.caller import Role
from domain.ids import new_id
from infra.security.preview_tokens import TenantPreviewLinks
from tests.support.api import Api, Person

BROWSER = {"Accept": "text/html"}


async def link_to(api: Api, post: dict[str, Any], by: Person) -> str:
    answer = await api.post(f"/posts/{post['id']}/preview", by)
    url: str = answer.raise_for_status().json()["url"]
    return url.removeprefix("http://blog.test")


async def opened(api: Api, link: str) -> list[Response]:
    """Open the page and the API's answer, as somebody without a tenant's token does."""
    page = await api.client.get(link, headers=BROWSER | {"X-Tenant-Token": ""})
    return [page, await api.client.get(f"/api/v1{link}")]


def sealed(api: Api, post: dict[str, Any], by: Person, age: timedelta) -> str:
    tokens, end = api.container._resources.preview_tokens, datetime.now(UTC) - age
    return f"/previews?token={tokens.write(api.tenant, UUID(post['id']), by.id, end)}"


async def test_a_link_shows_a_draft_to_whoever_has_it(api: Api) -> None:
    ann = await api.person()
    post = await api.write(ann, title="Not yet", body="*Soon.*", status="draft")
    answer = await api.post(f"/posts/{post['id']}/preview", ann)
    left = datetime.fromisoformat(answer.json()["expires_at"]) - datetime.now(UTC)
    assert timedelta(days=6.99) < left < timedelta(days=7.01)
    page, answer = await opened(api, await link_to(api, post, ann))
    for response in (page, answer):
        assert response.status_code == 200, response.text
        assert "<em>Soon.</em>" in response.text
        assert response.headers["Cache-Control"] == "private, no-store"
        assert response.headers["X-Robots-Tag"] == "noindex"
        assert "X-Cache" not in response.headers
    html5lib.HTMLParser(strict=True).parse(page.text)
    assert '<meta name="robots" content="noindex">' in page.text
    assert (await api.get("/posts")).json()["total"] == 0
    await api.patch(f"/posts/{post['id']}", ann, json={"body": "Now."})
    await api.post(f"/posts/{post['id']}/publish", ann)
    for response in await opened(api, await link_to(api, post, ann)):
        assert "<p>Now.</p>" in response.text


@pytest.mark.parametrize("wrong", ["forged", "expired", "foreign", "none"])
async def test_a_link_that_is_not_good_says_why(api: Api, wrong: str) -> None:
    ann = await api.person()
    post = await api.write(ann, status="draft")
    link = await link_to(api, post, ann)
    export = api.container._resources.export_tokens
    links = {
        "forged": (f"{link[:-3]}abc", "take the whole link"),
        "expired": (sealed(api, post, ann, timedelta(0)), "good for a week"),
        "foreign": (
            f"/previews?token={export.write(api.tenant, ann.id, timedelta(1))}",
            "take the whole link",
        ),
        "none": ("/previews", "Field required"),
    }
    for response in await opened(api, links[wrong][0]):
        assert (response.status_code, links[wrong][1] in response.text) == (422, True)


async def test_a_link_ends_with_its_post_and_its_makers_rights(api: Api) -> None:
    ann, bob = await api.person(), await api.person(Role.EDITOR)
    post = await api.write(ann, status="draft")
    of_ann, of_bob = await link_to(api, post, ann), await link_to(api, post, bob)
    await api.give_role(bob, Role.AUTHOR)
    gone = sealed(api, {"id": str(new_id())}, ann, timedelta(-1))
    for link, status in ((of_ann, 200), (of_bob, 404), (gone, 404)):
        assert [each.status_code for each in await opened(api, link)] == [status] * 2
    await api.delete(f"/posts/{post['id']}", ann)
    assert [each.status_code for each in await opened(api, of_ann)] == [404] * 2


async def test_without_pages_it_leads_to_the_api(api: Api) -> None:
    ann = await api.person()
    post, end = await api.write(ann, status="draft"), datetime.now(UTC) + timedelta(1)
    tokens = api.container._resources.preview_tokens
    links = TenantPreviewLinks(tokens, api.tenant, to_pages=False)
    address = links.to_preview("http://blog.test", UUID(post["id"]), ann.id, end)
    assert (await api.client.get(address)).json()["id"] == post["id"]
