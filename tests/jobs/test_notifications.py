"""What followers are told, who of them, and how they end it."""

import asyncio
import logging
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit
from uuid import UUID

import pytest

from domain.caller import Role
from tests.support.api import Api, Person
from tests.support.jobs import ended
from tests.support.mail_desk import PUBLIC_URL, Desk, verify
from tests.support.mail_server import Post


async def test_a_mail_says_what_it_is_about(desk: Desk, post: Post) -> None:
    person = await desk.follower()
    await desk.api.patch("/users/me", desk.author, json={"display_name": "Ann & Bob {x}"})
    title = "\N{ROCKET} <b>Ink</b> " + "and lead" * 15
    await desk.work(await desk.publish(title=title, summary='"Hot" <i>', slug="hot"))
    [mail] = post.mails
    assert (mail["To"], mail["From"]) == (person.email, "The Press <press@blog.test>")
    assert mail["Subject"] == f"Ann & Bob {{x}}: {title}"
    text, html = (part.get_content() for part in mail.iter_parts())
    for said in ("Ann & Bob {x}", title, '"Hot" <i>', f"{PUBLIC_URL}/posts/hot"):
        assert said in text
    for said in ("Ann &amp; Bob {x}", "&lt;b&gt;Ink", "&quot;Hot&quot; &lt;i&gt;"):
        assert said in html
    assert mail["List-Unsubscribe"].strip("<>") in text
    assert f"List-Unsubscribe: {mail['List-Unsubscribe']}".encode() in post.lines, "not encoded"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


async def test_the_link_in_a_mail_ends_them(desk: Desk, post: Post) -> None:
    person, other = await desk.follower(), await desk.follower()
    await desk.work(await desk.publish())
    [mail] = [mail for mail in post.mails if mail["To"] == person.email]
    address = mail["List-Unsubscribe"].strip("<>").removeprefix(PUBLIC_URL)
    del desk.api.client.headers["X-Tenant-Token"]  # no mail program has one
    asked = await desk.api.client.get(address)
    assert (asked.status_code, '<form method="post">' in asked.text) == (200, True)
    token = urlsplit(address).query
    for forged in (token.swapcase(), token[:-1], "token=", f"{token}x"):
        answer = await desk.api.client.post(f"/api/v1/mails/unsubscribe?{forged}")
        assert answer.status_code == 422, forged
    tenant = desk.api.container._resources.tenant_tokens.tenant(desk.api.tenant)
    desk.api.client.headers["X-Tenant-Token"] = tenant
    assert (await desk.api.get("/users/me", person)).json()["mails"] is True

    del desk.api.client.headers["X-Tenant-Token"]
    one_click = {"List-Unsubscribe": "One-Click"}
    for _ in range(2):
        assert (await desk.api.client.post(address, data=one_click)).status_code == 200
    desk.api.client.headers["X-Tenant-Token"] = tenant
    assert (await desk.api.get("/users/me", person)).json()["mails"] is False
    post.mails.clear()
    await desk.work(await desk.publish())
    assert post.addresses == [other.email]


async def test_who_wants_no_mail_or_can_get_none_gets_none(desk: Desk, post: Post) -> None:
    person, closed = await desk.follower(), await desk.follower()
    admin = await desk.api.person(Role.ADMIN)
    await desk.api.patch("/users/me", person, json={"mails": False})
    await desk.api.patch(f"/users/{closed.username}", admin, json={"is_active": False})
    await desk.api.write(desk.author)
    assert await desk.jobs() == []
    await desk.api.patch("/users/me", person, json={"mails": True})
    await desk.work(await desk.publish())
    assert post.addresses == [person.email]


async def test_followers_are_told_once_when_it_appears(desk: Desk, post: Post) -> None:
    await desk.follow(1)
    draft = (await desk.api.write(desk.author, status="draft"))["id"]
    assert await desk.jobs() == []
    for step in ("publish", "archive", "publish"):
        (await desk.api.post(f"/posts/{draft}/{step}", desk.author)).raise_for_status()
        assert len(await desk.jobs()) == 1
    await desk.api.delete(f"/posts/{draft}", desk.author)
    job_id = UUID((await desk.jobs())[0]["id"])
    job = await desk.work(job_id)
    assert (job["result"], post.mails) == ({"succeeded": 0, "failed": 0}, []), "it is hidden"
    await desk.api.post(f"/posts/{draft}/restore", desk.author)
    assert len(await desk.jobs()) == 1


async def told_of(api: Api, by: Person) -> str:
    """Wait for the job that tells of a post."""
    for _ in range(400):
        if found := (await api.get("/jobs?kind=tell_followers", by)).json()["items"]:
            return str(found[0]["id"])
        await asyncio.sleep(0.02)
    raise AssertionError("nobody was told")


async def test_without_a_mail_server_they_are_logged(
    api: Api, caplog: pytest.LogCaptureFixture
) -> None:
    """By the process itself, for a post whose time comes."""
    ann, bob = await api.person(), await api.person()
    await verify(api, bob)
    await api.call("PUT", f"/users/{ann.username}/follow", bob)
    soon = (datetime.now(UTC) + timedelta(seconds=0.5)).isoformat()
    body = {"title": "In due time", "body": "b", "publish_at": soon}
    with caplog.at_level(logging.INFO, "broadsheet.mail"):
        (await api.post("/posts", ann, json=body)).raise_for_status()
        told = await told_of(api, ann)
        job = await ended(api, ann, told)
    assert (job["state"], job["result"]) == ("succeeded", {"succeeded": 1, "failed": 0})
    mails = [entry.getMessage() for entry in caplog.records if entry.name == "broadsheet.mail"]
    [said] = [mail for mail in mails if "In due time" in mail]
    assert bob.email in said
    assert "/api/v1/mails/unsubscribe?token=" in said
