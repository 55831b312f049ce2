"""Licences over the API: windows that never overlap, whoever adds them at once; and grants."""

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from httpx import Response
from hypothesis import settings

from domain.caller import Role
from tests.blog.licence import GIVEN, OFFER, PRICE
from tests.support.api import Api, Person

AT_ONCE = 20 if settings().max_examples <= 100 else 50  # where more time is taken
FIRST = datetime(2020, 2, 1, tzinfo=UTC)


@pytest.fixture
async def ed(api: Api) -> Person:
    return await api.person(Role.EDITOR)


@pytest.fixture
async def post(api: Api, ed: Person) -> dict[str, Any]:
    return await api.write(ed)


def day(number: int) -> str:
    return (FIRST + timedelta(days=number)).isoformat()


async def licence(api: Api, ed: Person, **fields: Any) -> str:
    answer = await api.post("/licences", ed, json=GIVEN | fields)
    made: str = answer.raise_for_status().json()["id"]
    return made


async def offer(
    api: Api, ed: Person, licence_id: str, post: dict[str, Any], **fields: Any
) -> Response:
    body = OFFER | {"post_id": post["id"]} | fields
    return await api.post(f"/licences/{licence_id}/offers", ed, json=body)


async def in_force(api: Api, ed: Person, post: dict[str, Any]) -> str:
    """Make an offer that is in force; returns its licence."""
    licence_id = await licence(api, ed)
    (await offer(api, ed, licence_id, post)).raise_for_status()
    return licence_id


async def test_of_many_that_overlap_at_once_one_stands(
    api: Api, ed: Person, post: dict[str, Any]
) -> None:
    both = [await licence(api, ed) for _ in range(2)]

    async def add(number: int) -> Response:
        window = {"starts_at": day(1 + number % 5), "ends_at": day(10 + number % 7)}
        return await offer(api, ed, both[number % 2], post, **window)

    answers = await asyncio.gather(*(add(number) for number in range(AT_ONCE)))
    assert Counter(each.status_code for each in answers) == {201: 1, 409: AT_ONCE - 1}
    refused = next(each for each in answers if each.status_code == 409).json()
    stands = [(await api.get(f"/licences/{each}", ed)).json()["offers"] for each in both]
    assert sorted(map(len, stands)) == [0, 1]
    assert both[bool(stands[1])] in refused["detail"]


async def test_all_stand_that_do_not_overlap(api: Api, ed: Person, post: dict[str, Any]) -> None:
    both = [await licence(api, ed) for _ in range(2)]

    async def add(number: int) -> int:
        window = {"starts_at": day(1 + number), "ends_at": day(2 + number)}
        return (await offer(api, ed, both[number % 2], post, **window)).status_code

    assert set(await asyncio.gather(*map(add, range(AT_ONCE)))) == {201}
    shown = [(await api.get(f"/licences/{each}", ed)).json() for each in both]
    assert sum(len(each["offers"]) for each in shown) == AT_ONCE
    assert {each["version"] for each in shown} == {1 + AT_ONCE // 2}


async def test_a_licence_is_not_shortened_below_an_offer(
    api: Api, ed: Person, post: dict[str, Any]
) -> None:
    for _ in range(5):
        licence_id = await licence(api, ed)
        path, window = f"/licences/{licence_id}", {"starts_at": day(5), "ends_at": day(9)}
        added, shortened = await asyncio.gather(
            offer(api, ed, licence_id, post, **window),
            api.patch(path, ed, json={"ends_at": day(8)}),
        )
        assert (added.status_code, shortened.status_code) in ((201, 409), (422, 200))
        if added.status_code == 201:
            assert f"offer 1 of licence {licence_id}" in shortened.json()["detail"]
            (await api.delete(f"{path}/offers/1", ed)).raise_for_status()
            post = await api.write(ed)


async def test_a_version_guards_a_licence(api: Api, ed: Person, post: dict[str, Any]) -> None:
    path = f"/licences/{await in_force(api, ed, post)}"
    shown = await api.get(path, ed)
    assert (shown.json()["version"], shown.headers["ETag"][:3]) == (2, '"2-')
    stale = {"If-Match": '"1-x"'}
    assert (await api.patch(path, ed, json={"note": "n"}, headers=stale)).status_code == 412
    assert (await api.delete(path, ed, headers=stale)).status_code == 412
    fresh = {"If-Match": shown.headers["ETag"]}
    same = {"holder": GIVEN["holder"], "starts_at": GIVEN["starts_at"]}
    changes: list[tuple[dict[str, Any], int]] = [(same, 2), ({"note": "n"}, 3)]
    for change, version in changes:
        changed = await api.patch(path, ed, json=change, headers=fresh)
        assert (changed.status_code, changed.json()["version"]) == (200, version)


async def test_an_offer_in_force_ends_and_keeps_its_licence_until_then(
    api: Api, ed: Person, post: dict[str, Any]
) -> None:
    path = f"/licences/{await in_force(api, ed, post)}"
    assert (await api.get(f"/posts/{post['id']}/offers")).json()["items"] == [
        OFFER | {"post_id": post["id"], "ends_at": None}
    ]
    refused = await api.delete(path, ed)
    assert (refused.status_code, "offer 1 of" in refused.json()["detail"]) == (409, True)
    for _ in range(2):
        assert (await api.delete(f"{path}/offers/1", ed)).status_code == 204
    assert (await api.get(f"/posts/{post['id']}/offers")).json()["items"] == []
    [ended] = (await api.get(path, ed)).json()["offers"]
    assert (ended["number"], ended["ends_at"] is None) == (1, False)
    assert (await api.delete(path, ed)).status_code == 204
    assert (await api.get(path, ed)).status_code == 404


async def test_a_grant_outlives_its_offer(api: Api, ed: Person, post: dict[str, Any]) -> None:
    reader, grants = await api.person(Role.READER), f"/posts/{post['id']}/grants"
    path = f"{grants}/{reader.username}"
    assert (await api.call("PUT", path, ed)).status_code == 409, "there is no offer"
    licence_id = await in_force(api, ed, post)
    for _ in range(2):
        assert (await api.call("PUT", path, ed)).status_code == 204
    assert (await api.call("PUT", f"{grants}/{ed.username}", ed)).status_code == 409
    assert (await api.call("PUT", f"{grants}/nobody", ed)).status_code == 404
    await api.delete(f"/licences/{licence_id}/offers/1", ed)
    await api.delete(f"/licences/{licence_id}", ed)
    [held] = (await api.get("/users/me/grants", reader)).json()["items"]
    assert (held["post_id"], held["slug"], held["offer"]["price"]) == (
        post["id"],
        post["slug"],
        PRICE,
    )
    await api.post(f"/posts/{post['id']}/unpublish", ed)
    [held] = (await api.get("/users/me/grants", reader)).json()["items"]
    assert (held["post_id"], held["slug"], held["title"]) == (post["id"], None, None)
    assert (await api.delete(path, ed)).status_code == 204
    assert (await api.get("/users/me/grants", reader)).json()["items"] == []
