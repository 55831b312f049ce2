"""Covers of posts: whose pictures they may be, and where they are shown."""

from typing import Any

import pytest

from domain.caller import Role
from domain.ids import new_id
from tests.support.api import Api, Person
from tests.support.picture_desk import process_all
from tests.support.pictures import picture, upload


async def ready(api: Api, by: Person) -> dict[str, Any]:
    made = await upload(api.call, by, picture(400, 300), alt="A press.")
    await process_all(api)
    shown: dict[str, Any] = (await api.get(f"/media/{made['id']}", by)).json()
    return shown


async def test_a_cover_is_shown_with_its_post_and_in_lists(desk: Api, ann: Person) -> None:
    own = await ready(desk, ann)
    post = await desk.write(ann, cover=own["id"])
    names = ("id", "url", "alt", "width", "height", "sizes")
    assert post["cover"] == {name: own[name] for name in names}
    path = f"/posts/{post['id']}"
    for told in ("A hand press.", ""):
        await desk.patch(f"/media/{own['id']}", ann, json={"alt": told})
        [listed] = (await desk.get("/posts")).json()["items"]
        assert (
            listed["cover"]
            == (await desk.get(path)).json()["cover"]
            == post["cover"] | {"alt": told}
        )
    # what is deleted goes on being shown
    await desk.delete(f"/media/{own['id']}", ann)
    assert (await desk.get(path)).json()["cover"]["id"] == own["id"]
    assert (await desk.patch(path, ann, json={"title": "Another"})).json()["cover"]
    assert (await desk.patch(path, ann, json={"cover": None})).json()["cover"] is None
    assert (await desk.get(path)).json()["cover"] is None


async def test_a_cover_is_a_picture_of_ones_own_that_is_ready(desk: Api, ann: Person) -> None:
    own, bob = await ready(desk, ann), await desk.person()
    raw = await upload(desk.call, ann, picture(9, 9))
    other = Api(desk.container, new_id())
    async with other.client:
        carl = await other.person()
        tries = [
            (desk, bob, own),
            (desk, ann, raw),
            (other, carl, own),
            (desk, ann, {"id": new_id()}),
        ]
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
    editor = await desk.person(Role.EDITOR)
    assert (await desk.write(editor, cover=own["id"]))["cover"]["id"] == own["id"]


async def test_a_picture_is_the_image_of_a_profile(desk: Api, ann: Person) -> None:
    own, bob = await ready(desk, ann), await desk.person()
    account = (await desk.patch("/users/me", ann, json={"image": own["id"]})).json()
    assert account["image"] == own["url"]
    assert (await desk.get(f"/users/{ann.username}")).json()["image"] == own["url"]
    answer = await desk.patch("/users/me", bob, json={"image": own["id"]})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "image")


@pytest.mark.parametrize("cover", ["none", 5, "", []], ids=["word", "number", "empty", "list"])
async def test_what_is_no_id_is_no_cover(desk: Api, ann: Person, cover: Any) -> None:
    body = {"title": "t", "body": "b", "cover": cover}
    assert (await desk.post("/posts", ann, json=body)).status_code == 422
