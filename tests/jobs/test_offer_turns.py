"""Offers that begin and end by the clock: what is cached shows it, done by the process itself."""

import asyncio
from datetime import UTC, datetime, timedelta

from domain.caller import Role
from tests.blog.licence import GIVEN, PRICE
from tests.support.api import Api


async def test_an_end_is_seen_within_a_second(api: Api) -> None:
    ed = await api.person(Role.EDITOR)
    post = await api.write(ed)
    licence = (await api.post("/licences", ed, json=GIVEN)).json()
    end = datetime.now(UTC) + timedelta(seconds=1)
    window = {"starts_at": GIVEN["starts_at"], "ends_at": end.isoformat()}
    offer = {"post_id": post["id"], "price": PRICE} | window
    await api.post(f"/licences/{licence['id']}/offers", ed, json=offer)
    path = f"/posts/{post['id']}/offers"
    assert len((await api.get(path)).json()["items"]) == 1
    api.tokens.clear()
    for _ in range(400):
        if not (await api.get(path)).json()["items"]:
            break
        await asyncio.sleep(0.02)
    # it is asked for again and again, so it was cached to the end
    assert timedelta(0) <= datetime.now(UTC) - end < timedelta(seconds=2)
