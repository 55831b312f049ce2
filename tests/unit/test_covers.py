"""Covers of posts: whose pictures they may be, and where they are shown."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from core.dependencies.container import Container
from domain.caller import Role
from domain.ids import new_id
from tests.conftest import fresh_api
from tests.support.api import Api, Person
from tests.support.picture_desk import process_all
from tests.support.pictures import picture, upload


@pytest_asyncio.fixture
async def api(idle_container: Container) -> AsyncIterator[Api]:
    async with fresh_api(idle_container) as api:
        yield api


@pytest_asyncio.fixture
async def ann(api: Api) -> Person:
    return await api.person()


async def ready(api: Api, by: Person) -> dict[str, Any]:
    made = await upload(api.call, by, picture(400, 300), alt="A press.")
    await process_all(api)
    shown: dict[str, Any] = (await api.get(f"/media/{made['id']}", by)).json()
    return shown


async def test_a_cover_is_shown_with_its_post_and_in_lists(api: Api, ann: Person) -> None:
    own = await ready(api, ann)
    post = await api.write(ann, cover=own["id"])
    names = ("id", "url", "alt", "width", "height", "sizes")
    assert post["cover"] == {name: own[name] for name in names}
    path = f"/posts/{post['id']}"
    for told in ("A hand press.", ""):
        await api.patch(f"/media/{own['id']}", ann, json={"alt": told})
        [listed] = (await api.get("/posts")).json()["items"]
        assert (
            listed["cover"]
            == (await api.get(path)).json()["cover"]
            == post["cover"] | {"alt": told}
        )
    # what is deleted goes on being shown
    await api.delete(f"/media/{own['id']}", ann)
    assert (await api.get(path)).json()["cover"]["id"] == own["id"]
    assert (await api.patch(path, ann, json={"title": "Another"})).json()["cover"]
    assert (await api.patch(path, ann, json={"cover": None})).json()["cover"] is None
    assert (await api.get(path)).json()["cover"] is None


async def test_a_cover_is_a_picture_of_ones_own_that_is_ready(api: Api, ann: Person) -> None:
    own, bob = await ready(api, ann), await api.person()
    raw = await upload(api.call, ann, picture(9, 9))
    other = Api(api.container, new_id())
    async with other.client:
        carl = await other.person()
        tries = [(api, bob, own), (api, ann, raw), (other, carl, own), (api, ann, {"id": new_id()})]
        for blog, by, chosen in tries:
            post = await blog.write(by, status="draft")
            body = {"title": "t", "body": "b", "cover": str(chosen["id"])}
            for answer in (
                await blog.post("/posts", by, json=body),
                await blog.patch(f"/posts/{post['id']}", by, json={"cover": body["cover"]}),
            ):
                assert answer.status_code == 422
                assert answer.json()["errors"][0]["field"] == "cover"
            assert (await blog.get(f"/posts/{post['id']}", by)).json()["cover"] is None
    editor = await api.person(Role.EDITOR)
    assert (await api.write(editor, cover=own["id"]))["cover"]["id"] == own["id"]


async def test_a_picture_is_the_image_of_a_profile(api: Api, ann: Person) -> None:
    own, bob = await ready(api, ann), await api.person()
    account = (await api.patch("/users/me", ann, json={"image": own["id"]})).json()
    assert account["image"] == own["url"]
    assert (await api.get(f"/users/{ann.username}")).json()["image"] == own["url"]
    answer = await api.patch("/users/me", bob, json={"image": own["id"]})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "image")


@pytest.mark.parametrize("cover", ["none", 5, "", []], ids=["word", "number", "empty", "list"])
async def test_what_is_no_id_is_no_cover(api: Api, ann: Person, cover: Any) -> None:
    body = {"title": "t", "body": "b", "cover": cover}
    assert (await api.post("/posts", ann, json=body)).status_code == 422
