"""The mails about an account: their links verify an address and set a password, once."""

import asyncio
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from httpx import Response
from sqlalchemy import update

from application.post.notifying import KIND
from application.user.account_jobs import NOTICE, RESET_LINK, VERIFICATION
from infra.blog.user.table import confirmations
from infra.security.link_tokens import CONFIRM, LinkTokens, TenantLinks
from tests.support.api import PASSWORD, Api, Person
from tests.support.mail_desk import PUBLIC_URL, Desk, verify
from tests.support.mail_server import Post
from tests.support.settings import SECRET

NEW = "an altogether new one"
ADDRESS = re.compile(rf"{PUBLIC_URL}(/api/v1/mails/[a-z-]+\?token=\S+)")


@pytest.fixture
async def ann(desk: Desk, post: Post) -> Person:
    """An author whose address is verified, and whose mails so far do not count."""
    await verify(desk.api, desk.author)
    await desk.do(VERIFICATION)
    post.mails.clear()
    return desk.author


async def forget(desk: Desk, email: str) -> Response:
    answer = await desk.api.post("/auth/forgot-password", json={"email": email})
    await desk.do(RESET_LINK)
    return answer


def link_in(post: Post) -> str:
    """Return the address in the only mail, which is in both of its parts; forget the mail."""
    [mail] = post.mails
    text, html = (part.get_content() for part in mail.iter_parts())
    [address] = ADDRESS.findall(text)
    assert address in html
    assert mail["List-Unsubscribe"] is None
    post.mails.clear()
    return str(address)


def token_in(post: Post) -> str:
    return link_in(post).partition("token=")[2]


async def set_password(api: Api, token: str, password: str = NEW) -> Response:
    return await api.post("/auth/reset-password", json={"token": token, "password": password})


async def logged_in(api: Api, person: Person, password: str) -> int:
    form = {"username": person.username, "password": password}
    return (await api.post("/auth/token", data=form)).status_code


async def account(api: Api, person: Person) -> dict[str, Any]:
    answer = await api.get("/users/me", person)
    me: dict[str, Any] = answer.raise_for_status().json()
    return me


async def test_registration_mails_a_link_that_verifies_the_address(desk: Desk, post: Post) -> None:
    api, ann = desk.api, desk.author
    assert (await account(api, ann))["email_verified"] is False
    await desk.do(VERIFICATION)
    token = token_in(post)
    assert (await api.post("/auth/verify-email", json={"token": token})).status_code == 204
    assert (await account(api, ann))["email_verified"] is True
    again = await api.post("/auth/verify-email", json={"token": token})
    assert (again.status_code, again.json()["errors"][0]["field"]) == (422, "token")


async def test_the_link_can_be_asked_for_again_and_ends_the_older(desk: Desk, post: Post) -> None:
    api, ann = desk.api, desk.author
    await desk.do(VERIFICATION)
    older = token_in(post)
    assert (await api.post("/users/me/verification", ann)).status_code == 202
    await desk.do(VERIFICATION)
    newer = token_in(post)
    assert (await api.post("/auth/verify-email", json={"token": older})).status_code == 422
    assert (await api.post("/auth/verify-email", json={"token": newer})).status_code == 204
    await api.post("/users/me/verification", ann)
    await desk.do(VERIFICATION)
    assert post.mails == []


async def test_a_forgotten_password_is_set_by_a_mailed_link(
    desk: Desk, post: Post, ann: Person
) -> None:
    assert (await forget(desk, ann.email.upper())).status_code == 202
    token = token_in(post)
    assert (await set_password(desk.api, token)).status_code == 204
    assert await logged_in(desk.api, ann, PASSWORD) == 401
    assert await logged_in(desk.api, ann, NEW) == 200
    assert (await desk.api.post("/posts", ann, json={"title": "t", "body": "b"})).status_code == 401
    await desk.do(NOTICE)
    [told] = post.mails
    assert told["To"] == ann.email
    assert (await set_password(desk.api, token)).status_code == 422


async def test_no_account_and_no_verified_address_get_no_link(desk: Desk, post: Post) -> None:
    api, ann = desk.api, desk.author
    known, unknown = await forget(desk, ann.email), await forget(desk, "nobody@x.org")
    assert (known.status_code, known.content) == (unknown.status_code, unknown.content)
    # the only mail that may go to an address that is not verified
    assert "/verify-email?" in link_in(post)
    await verify(api, ann)
    await forget(desk, ann.username)
    assert post.mails == []


async def test_a_link_to_reset_ends_after_an_hour(desk: Desk, post: Post, ann: Person) -> None:
    await forget(desk, ann.email)
    token = token_in(post)
    past = update(confirmations).where(confirmations.c.user_id == ann.id)
    async with desk.api.container._resources.primary.engine.begin() as connection:
        await connection.execute(past.values(expires_at=datetime.now(UTC) - timedelta(seconds=1)))
    assert (await set_password(desk.api, token)).status_code == 422


async def test_one_of_twenty_sets_the_password(desk: Desk, post: Post, ann: Person) -> None:
    await forget(desk, ann.email)
    token = token_in(post)
    answers = await asyncio.gather(
        *(set_password(desk.api, token, f"number {number} of these") for number in range(20))
    )
    statuses = [answer.status_code for answer in answers]
    assert sorted(statuses) == [204, *[422] * 19]
    winner = statuses.index(204)
    assert await logged_in(desk.api, ann, f"number {winner} of these") == 200


async def test_a_token_is_good_for_its_purpose_and_tenant(
    desk: Desk, post: Post, ann: Person
) -> None:
    await forget(desk, ann.email)
    token = token_in(post)
    tokens = LinkTokens((SECRET,), CONFIRM)
    other = TenantLinks(tokens, desk.author.id)
    confirmation = TenantLinks(tokens, desk.api.tenant).read(token)
    for forged in (token.swapcase(), token[:-1], "x", other.write(confirmation)):
        assert (await set_password(desk.api, forged)).status_code == 422
    verified = await desk.api.post("/auth/verify-email", json={"token": token})
    assert verified.status_code == 422
    assert (await set_password(desk.api, token)).status_code == 204


async def test_a_new_address_waits_for_its_link(desk: Desk, post: Post, ann: Person) -> None:
    api = desk.api
    patch = {"email": "new@x.org", "current_password": PASSWORD}
    changed = (await api.patch("/users/me", ann, json=patch)).raise_for_status().json()
    assert (changed["email"], changed["pending_email"]) == (ann.email, "new@x.org")
    await desk.do(NOTICE)
    assert [mail["To"] for mail in post.mails] == [ann.email]
    post.mails.clear()
    await desk.do(VERIFICATION)
    assert [mail["To"] for mail in post.mails] == ["new@x.org"]
    (await api.post("/auth/verify-email", json={"token": token_in(post)})).raise_for_status()
    me = await account(api, ann)
    assert (me["email"], me["email_verified"], me["pending_email"]) == ("new@x.org", True, None)


async def test_an_address_that_another_account_has_is_not_given_again(
    desk: Desk, post: Post, ann: Person
) -> None:
    api, bob = desk.api, await desk.api.person()
    await desk.do(VERIFICATION)
    post.mails.clear()
    patch = {"email": bob.email, "current_password": PASSWORD}
    # nothing says whether an account has it
    assert (await api.patch("/users/me", ann, json=patch)).status_code == 200
    await desk.do(VERIFICATION)
    refused = await api.post("/auth/verify-email", json={"token": token_in(post)})
    assert refused.status_code == 409
    assert (await account(api, ann))["email"] == ann.email


@pytest.mark.parametrize("patch", [{"password": NEW}, {"email": "new@x.org"}])
@pytest.mark.parametrize("proof", [{}, {"current_password": "another one"}])
async def test_a_thief_of_a_token_takes_no_account(
    desk: Desk, ann: Person, patch: dict[str, str], proof: dict[str, str]
) -> None:
    refused = await desk.api.patch("/users/me", ann, json=patch | proof)
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "current_password")
    assert await logged_in(desk.api, ann, PASSWORD) == 200
    assert (await account(desk.api, ann))["pending_email"] is None


async def test_the_pages_of_links_ask_before_they_change(
    desk: Desk, post: Post, ann: Person
) -> None:
    client = desk.api.client
    await forget(desk, ann.email)
    address = link_in(post)
    del client.headers["X-Tenant-Token"]  # no browser has one
    asked = await client.get(address)
    assert (asked.status_code, 'type="password"' in asked.text) == (200, True)
    assert "default-src 'none'" in asked.headers["Content-Security-Policy"]
    short = await client.post(address, data={"password": "short"})
    assert (short.status_code, 'type="password"' in short.text) == (422, True)
    common = await client.post(address, data={"password": "password"})
    assert (common.status_code, "most common" in common.text) == (422, True)
    done = await client.post(address, data={"password": NEW})
    assert (done.status_code, "is set" in done.text) == (200, True)
    used = await client.post(address, data={"password": NEW})
    assert (used.status_code, "too old" in used.text) == (422, True)


async def test_the_page_that_verifies_changes_nothing_when_it_is_opened(
    desk: Desk, post: Post
) -> None:
    api = desk.api
    await desk.do(VERIFICATION)
    address = link_in(post)
    assert '<form method="post">' in (await api.client.get(address)).text
    assert (await account(api, desk.author))["email_verified"] is False
    assert "is verified" in (await api.client.post(address)).text
    assert (await account(api, desk.author))["email_verified"] is True


async def test_a_name_in_a_mail_passes_for_no_address(desk: Desk, post: Post) -> None:
    person = await desk.follower()
    name = {"display_name": "PayPal Security <support@paypal.com>"}
    (await desk.api.patch("/users/me", desk.author, json=name)).raise_for_status()
    await desk.work(await desk.publish(title="News"))
    [mail] = [mail for mail in post.mails if mail["To"] == person.email]
    assert mail["Subject"] == f"{desk.author.username}: News"
    assert "paypal.com" not in mail.as_string()


async def test_followers_whose_address_is_not_verified_get_no_mail(desk: Desk, post: Post) -> None:
    bob = await desk.api.person()
    await desk.api.call("PUT", f"/users/{desk.author.username}/follow", bob)
    await desk.api.write(desk.author)
    assert await desk.jobs() == []


async def test_a_follower_hears_of_a_post_once(desk: Desk, post: Post) -> None:
    await desk.follow(2)
    draft = await desk.api.write(desk.author, status="draft")
    for _ in range(3):
        for step in ("publish", "unpublish"):
            path = f"/posts/{draft['id']}/{step}"
            (await desk.api.post(path, desk.author)).raise_for_status()
            if step == "publish":
                await desk.do(KIND)
    assert sorted(post.addresses) == ["reader0@x.org", "reader1@x.org"]
