"""Posts over the API, on both kinds of database."""

from typing import Any

import pytest

from domain.caller import Role
from tests.support.api import Api


async def test_a_post_is_a_draft_unless_told(api: Api) -> None:
    ann = await api.person()
    answer = await api.post("/posts", ann, json={"title": "On ink", "body": "Black."})
    assert answer.status_code == 201
    post = answer.json()
    assert (post["status"], post["published_at"], post["version"]) == ("draft", None, 1)
    assert answer.headers["Location"] == f"http://blog.test/api/v1/posts/{post['id']}"
    assert answer.headers["Consistency-Token"]


async def test_a_post_has_the_shape_of_the_contract(api: Api) -> None:
    ann = await api.person()
    post = await api.write(ann, summary="In short", tags=["Ink", "lead"])
    read = (await api.get(f"/posts/{post['id']}")).json()
    fields = (
        "id slug title summary body tags status author byline version favorites_count"
        " comments_count created_at updated_at published_at excerpt reading_minutes kind cover"
        " access may_read offer"
    )
    assert set(post) == set(fields.split())
    assert set(read) == {*post, "html", "previous", "next"}
    assert read["author"] == {"username": ann.username, "display_name": ann.username, "image": None}
    assert read["tags"] == ["Ink", "lead"]
    assert read["published_at"].endswith("Z")
    assert read | post == read


async def test_all_who_may_see_a_post_get_the_same_bytes(api: Api) -> None:
    ann, editor, other = await api.person(), await api.person(Role.EDITOR), await api.person()
    post = await api.write(ann)
    for path in (f"/posts/{post['id']}", f"/posts/{post['slug']}", "/posts"):
        answers = [await api.get(path, who) for who in (None, ann, editor, other)]
        assert len({(answer.content, answer.headers["ETag"]) for answer in answers}) == 1
        assert "deleted_at" not in answers[0].text


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Hello, World!", "hello-world"),
        ("Привет, мир", "привет-мир"),
        ("こんにちは 世界", "こんにちは-世界"),
        ("Don't panic", "dont-panic"),
        ("  \N{ROCKET}  ", "post"),
        ("018f2b5c-7d3e-7c1a-9b1e-3f2a1b4c5d6e", "post-018f2b5c-7d3e-7c1a-9b1e-3f2a1b4c5d6e"),
    ],
)
async def test_a_slug_comes_from_the_title(api: Api, title: str, slug: str) -> None:
    ann = await api.person()
    assert (await api.write(ann, title=title))["slug"] == slug


async def test_a_taken_slug_gets_a_number(api: Api) -> None:
    ann = await api.person()
    slugs = [(await api.write(ann, title="Again"))["slug"] for _ in range(12)]
    assert slugs == ["again", *(f"again-{number}" for number in range(2, 13))]


async def test_a_slug_that_was_asked_for_is_kept_or_refused(api: Api) -> None:
    ann = await api.person()
    body = {"title": "t", "body": "b", "slug": "Rust-1.62.1"}
    assert (await api.post("/posts", ann, json=body)).json()["slug"] == "Rust-1.62.1"
    answer = await api.post("/posts", ann, json=body)
    assert answer.status_code == 409
    assert answer.json()["errors"][0]["field"] == "slug"
    # slugs are compared exactly
    other = await api.post("/posts", ann, json=body | {"slug": "rust-1.62.1"})
    assert other.status_code == 201


async def test_a_former_slug_leads_to_the_present_one(api: Api) -> None:
    ann = await api.person()
    post = await api.write(ann, slug="before")
    await api.patch(f"/posts/{post['id']}", ann, json={"slug": "after"})
    answer = await api.get("/posts/before")
    assert answer.status_code == 301
    assert answer.headers["Location"] == "http://blog.test/api/v1/posts/after"
    taken = await api.post("/posts", ann, json={"title": "t", "body": "b", "slug": "before"})
    assert taken.status_code == 409
    back = await api.patch(f"/posts/{post['id']}", ann, json={"slug": "before"})
    assert back.json()["slug"] == "before"


@pytest.mark.parametrize("slug", ["новый-слаг", 'a"b;c', "日本語", "a&b=c"])
async def test_a_former_slug_in_any_script_leads_on(api: Api, slug: str) -> None:
    ann = await api.person()
    post = await api.write(ann, slug="before")
    await api.patch(f"/posts/{post['id']}", ann, json={"slug": slug})
    answer = await api.get("/posts/before")
    assert answer.status_code == 301
    followed = await api.client.get(answer.headers["Location"])
    assert followed.json()["slug"] == slug


async def test_a_patch_changes_what_it_names(api: Api) -> None:
    ann = await api.person()
    post = await api.write(ann, summary="s", tags=["a", "b"])
    answer = await api.patch(f"/posts/{post['id']}", ann, json={"body": "new", "summary": None})
    changed = answer.json()
    assert changed["version"] == 2
    assert (changed["body"], changed["summary"]) == ("new", None)
    kept = ("title", "tags", "slug", "created_at", "published_at")
    assert {name: changed[name] for name in kept} == {name: post[name] for name in kept}
    cleared = await api.patch(f"/posts/{post['id']}", ann, json={"tags": []})
    assert (cleared.json()["tags"], cleared.json()["version"]) == ([], 3)


@pytest.mark.parametrize("patch", [{}, {"title": "A title"}, {"tags": []}])
async def test_nothing_changed_keeps_the_version(api: Api, patch: dict[str, Any]) -> None:
    ann = await api.person()
    post = await api.write(ann)
    answer = await api.patch(f"/posts/{post['id']}", ann, json=patch)
    assert answer.status_code == 200
    assert answer.json() == post


@pytest.mark.parametrize("field", ["title", "body", "tags", "slug"])
async def test_null_is_no_value_for_what_a_post_must_have(api: Api, field: str) -> None:
    ann = await api.person()
    post = await api.write(ann)
    answer = await api.patch(f"/posts/{post['id']}", ann, json={field: None})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == field


async def test_steps_that_a_status_allows(api: Api) -> None:
    ann = await api.person()
    post = await api.write(ann, status="draft")

    async def step(name: str) -> tuple[int, Any]:
        answer = await api.post(f"/posts/{post['id']}/{name}", ann)
        return answer.status_code, answer.json().get("published_at")

    assert (await step("unpublish"))[0] == 409
    assert (await step("archive"))[0] == 409
    status, published_at = await step("publish")
    assert status == 200
    assert published_at
    assert (await step("publish"))[0] == 409
    assert await step("archive") == (200, published_at)
    assert await step("publish") == (200, published_at)
    assert await step("unpublish") == (200, None)


async def test_a_deleted_post_can_be_restored_with_its_status(api: Api) -> None:
    ann = await api.person()
    post = await api.write(ann, tags=["x"])
    path = f"/posts/{post['id']}"
    assert (await api.delete(path, ann)).status_code == 204
    assert (await api.delete(path, ann)).status_code == 404
    assert (await api.get(path)).status_code == 404
    assert (await api.get(path, ann)).json()["deleted_at"]
    [listed] = (await api.get("/posts?status=deleted", ann)).json()["items"]
    assert listed["deleted_at"]
    assert (await api.get("/posts?tag=x")).json()["total"] == 0
    assert (await api.patch(path, ann, json={"title": "t"})).status_code == 404
    assert (await api.post(f"{path}/restore", ann)).status_code == 204
    assert (await api.post(f"{path}/restore", ann)).status_code == 404
    assert (await api.get(path)).json()["status"] == "published"
    assert (await api.get("/posts?tag=x")).json()["total"] == 1


async def test_what_others_may_see_and_do(api: Api) -> None:
    ann, bob = await api.person(), await api.person()
    editor, reader = await api.person(Role.EDITOR), await api.person(Role.READER)
    draft = await api.write(ann, status="draft")
    shown = await api.write(ann)
    for who in (None, bob, reader):
        assert (await api.get(f"/posts/{draft['id']}", who)).status_code == 404
        assert (await api.get(f"/posts/{draft['slug']}", who)).status_code == 404
    assert (await api.get(f"/posts/{draft['id']}", editor)).status_code == 200
    change = {"title": "Mine"}
    assert (await api.patch(f"/posts/{draft['id']}", bob, json=change)).status_code == 404
    assert (await api.patch(f"/posts/{shown['id']}", bob, json=change)).status_code == 403
    assert (await api.patch(f"/posts/{shown['id']}", json=change)).status_code == 401
    assert (await api.patch(f"/posts/{shown['id']}", editor, json=change)).status_code == 200
    body = {"title": "t", "body": "b"}
    assert (await api.post("/posts", reader, json=body)).status_code == 403


async def test_an_etag_is_answered_with_304(api: Api) -> None:
    ann = await api.person()
    post = await api.write(ann)
    answer = await api.get(f"/posts/{post['id']}")
    etag = answer.headers["ETag"]
    assert etag.startswith('"1-')
    for sent in (etag, f"W/{etag}", f'"other", {etag}', "*"):
        again = await api.get(f"/posts/{post['id']}", headers={"If-None-Match": sent})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["ETag"] == etag
    await api.patch(f"/posts/{post['id']}", ann, json={"title": "New"})
    changed = await api.get(f"/posts/{post['id']}", headers={"If-None-Match": etag})
    assert changed.status_code == 200


async def test_if_match_compares_the_version_alone(api: Api) -> None:
    ann = await api.person()
    post = await api.write(ann)
    path = f"/posts/{post['id']}"

    async def patch(title: str, if_match: str) -> int:
        headers = {"If-Match": if_match}
        return (await api.patch(path, ann, json={"title": title}, headers=headers)).status_code

    assert await patch("b", '"1-whatever"') == 200
    assert await patch("c", '"1-whatever"') == 412
    assert await patch("c", 'W/"1-whatever"') == 412
    assert await patch("c", "nonsense") == 412
    assert await patch("c", '"1-a", "2-b"') == 200
    assert await patch("d", 'W/"3-whatever"') == 200
    lines = [("If-Match", '"1-a"'), ("If-Match", '"4-b"'), *ann.headers.items()]
    lines += [("X-Tenant-Token", api.client.headers["X-Tenant-Token"])]
    two = await api.client.patch(f"/api/v1{path}", headers=lines, json={"title": "d"})
    assert two.status_code == 200
    stale = await api.delete(path, ann, headers={"If-Match": '"1-x"'})
    assert stale.status_code == 412
    assert stale.json()["detail"].startswith("It is at version 4")
    publish = await api.post(f"{path}/archive", ann, headers={"If-Match": '"4-x"'})
    assert publish.status_code == 200


async def test_head_answers_as_get_without_a_body(api: Api) -> None:
    ann = await api.person()
    post = await api.write(ann)
    for path in (f"/posts/{post['id']}", "/posts", f"/users/{ann.username}"):
        got, head = await api.get(path), await api.call("HEAD", path)
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["content-length"] == str(len(got.content))
        assert head.headers.get("etag") == got.headers.get("etag")
