"""The limit of mails of verification and resets to one address."""

from collections.abc import AsyncIterator
from itertools import pairwise
from typing import Any

import pytest_asyncio
from httpx import Response
from sqlalchemy import select

from application.user.account_jobs import NOTICE, RESET_LINK, VERIFICATION
from core.blog.container import blog_container
from core.config import Settings
from infra.database.tables import jobs
from tests.conftest import CHEAP_HASH, fresh_api
from tests.support.api import PASSWORD, Api, Person
from tests.support.mail_desk import PUBLIC_URL, Desk, verify
from tests.support.mail_server import Post


@pytest_asyncio.fixture
async def limited(unrelayed: Settings, post: Post) -> AsyncIterator[Desk]:
    """A desk with the limits that it has unless told otherwise, but for those of requests."""
    mails = {"smtp_url": post.url, "mail_from": "press@blog.test", "public_url": PUBLIC_URL}
    of_requests = "forgotten_passwords=99/hour,account_resets=99/hour"
    settings = unrelayed.model_copy(update=mails | {"rate_limits": of_requests})
    container = blog_container(settings)
    container._resources.passwords._hash = CHEAP_HASH
    async with fresh_api(container) as api:
        yield Desk(api, await api.registered(), settings)
    await container.stop()


async def results(desk: Desk, kind: str) -> list[Any]:
    """Return the results of this tenant's jobs of a kind, the oldest first."""
    own = select(jobs.c.result).where(jobs.c.tenant == desk.api.tenant, jobs.c.kind == kind)
    async with desk.api.container._resources.primary.engine.connect() as connection:
        found = (await connection.execute(own.order_by(jobs.c.id))).scalars().all()
    return [result["mail"] for result in found]


async def move(api: Api, person: Person, email: str) -> Response:
    patch = {"email": email, "current_password": PASSWORD}
    return await api.patch("/users/me", person, json=patch)


async def test_an_address_gets_three_links_an_hour(limited: Desk, post: Post) -> None:
    ann = limited.author
    await limited.do(VERIFICATION)
    await verify(limited.api, ann)
    for _ in range(4):
        forgotten = await limited.api.post("/auth/forgot-password", json={"email": ann.email})
        assert forgotten.status_code == 202
        await limited.do(RESET_LINK)
    assert await results(limited, VERIFICATION) == ["sent"]
    assert await results(limited, RESET_LINK) == ["sent", "sent", "limited", "limited"]
    assert [mail["To"] for mail in post.mails] == [ann.email] * 3
    # the last link that was mailed is still good
    text = post.mails[-1].get_body(("plain",))
    assert text
    token = text.get_content().partition("token=")[2].split()[0]
    answer = await limited.api.post(
        "/auth/reset-password", json={"token": token, "password": "an altogether new one"}
    )
    assert answer.status_code == 204


async def test_others_do_not_keep_an_address_from_its_own_mails(limited: Desk, post: Post) -> None:
    api, thief, address = limited.api, limited.author, "ann@x.org"
    for _ in range(4):
        for email in (address, thief.email):
            assert (await move(api, thief, email)).status_code == 200
        assert (await move(api, thief, address)).status_code == 200
        await limited.do(VERIFICATION)
    sent = [mail for mail in post.mails if mail["To"] == address]
    assert len(sent) == 3
    account = {"username": "ann", "email": address, "password": PASSWORD}
    (await api.post("/auth/register", json=account)).raise_for_status()
    await limited.do(VERIFICATION)
    assert [mail["To"] for mail in post.mails].count(address) == 4


async def test_a_mail_that_is_tried_again_counts_once(limited: Desk, post: Post) -> None:
    ann = limited.author
    post.refused[ann.email] = "451 later"
    for _ in range(4):
        await limited.do(VERIFICATION)
    post.refused.clear()
    await limited.do(VERIFICATION)
    assert await results(limited, VERIFICATION) == ["sent"]
    for _ in range(2):
        (await limited.api.post("/users/me/verification", ann)).raise_for_status()
        await limited.do(VERIFICATION)
    assert await results(limited, VERIFICATION) == ["sent"] * 3


async def test_what_an_address_is_told_is_not_limited(limited: Desk) -> None:
    ann = limited.author
    await verify(limited.api, ann)
    passwords = [PASSWORD, *(f"number {number} of these" for number in range(5))]
    for present, new in pairwise(passwords):
        patch = {"password": new, "current_password": present}
        (await limited.api.patch("/users/me", ann, json=patch)).raise_for_status()
    await limited.do(NOTICE)
    assert await results(limited, NOTICE) == ["sent"] * 5
