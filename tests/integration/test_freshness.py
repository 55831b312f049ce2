"""What caches on the way may keep, what clients ask again for, and how long it took."""

import re

import pytest
from httpx import Headers

from tests.support.api import Api, Person

VARY = "Authorization, X-Tenant-Token, Consistency-Token, Origin, Accept, Accept-Encoding"
PUBLIC, OF_CALLER = "public, max-age=0, must-revalidate", "private, no-cache"
PRIVATE = "private, no-store"
READS = ["/posts", "/posts/{post}", "/posts/{post}/comments", "/posts/{post}/comments/1", "/tags"]


@pytest.fixture
async def ann(api: Api) -> Person:
    return await api.person()


@pytest.fixture
async def post(api: Api, ann: Person) -> str:
    written = await api.write(ann, tags=["x"])
    await api.post(f"/posts/{written['id']}/comments", ann, json={"body": "b"})
    return str(written["id"])


@pytest.mark.parametrize("path", [*READS, "/users/{ann}"])
async def test_who_has_it_gets_304(api: Api, ann: Person, post: str, path: str) -> None:
    path = path.format(post=post, ann=ann.username)
    first = await api.get(path)
    known = {"If-None-Match": first.headers["ETag"]}
    for method in ("GET", "HEAD"):
        again = await api.call(method, path, headers=known)
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["ETag"] == first.headers["ETag"]
        assert (again.headers["Cache-Control"], again.headers["Vary"]) == (OF_CALLER, VARY)
    weak = {"If-None-Match": f'"other", W/{first.headers["ETag"]}'}
    assert (await api.get(path, headers=weak)).status_code == 304
    assert (await api.get(path, headers={"If-None-Match": '"other"'})).status_code == 200


async def test_etags_on_several_lines_all_count(api: Api) -> None:
    etag = (await api.get("/posts")).headers["ETag"]
    request = api.client.build_request("GET", "/api/v1/posts")
    for value in ('"other"', etag):
        request.headers = Headers([*request.headers.multi_items(), ("If-None-Match", value)])
    assert (await api.client.send(request)).status_code == 304


async def test_a_list_that_changed_has_another_etag(api: Api, ann: Person, post: str) -> None:
    before = (await api.get("/posts")).headers["ETag"]
    await api.patch(f"/posts/{post}", ann, json={"title": "Changed"})
    after = await api.get("/posts", headers={"If-None-Match": before})
    assert (after.status_code, after.headers["ETag"] == before) == (200, False)
    own = await api.get("/posts", ann, headers={"If-None-Match": after.headers["ETag"]})
    assert own.status_code == 304


@pytest.mark.parametrize("path", [*READS, "/posts/nothing", "/posts?limit=0"])
async def test_what_anyone_gets_may_be_kept_and_asked_about(
    api: Api, ann: Person, post: str, path: str
) -> None:
    path = path.format(post=post)
    token = {"Consistency-Token": api.tokens[-1]}
    api.tokens.clear()
    answer = await api.get(path)
    assert (answer.headers["Cache-Control"], answer.headers["Vary"]) == (PUBLIC, VARY)
    for who in (ann.headers, token):
        answer = await api.get(path, headers=who)
        expected = OF_CALLER if answer.is_success else PRIVATE
        assert (answer.headers["Cache-Control"], answer.headers["Vary"]) == (expected, VARY)


async def test_answers_to_commands_are_never_kept(api: Api, ann: Person, post: str) -> None:
    api.tokens.clear()
    for by in (None, ann):
        answer = await api.post(f"/posts/{post}/archive", by)
        assert answer.headers["Cache-Control"] == PRIVATE


async def test_every_answer_tells_its_time(api: Api, ann: Person, post: str) -> None:
    timing = re.compile(r"cache;dur=\d+\.\d\d, db;dur=(\d+\.\d\d), total;dur=(\d+\.\d\d)")
    for method, path, asks in (
        ("GET", "/posts", True),
        ("POST", f"/posts/{post}/unpublish", True),
        ("GET", "/posts?limit=0", False),
    ):
        answer = await api.call(method, path, ann)
        found = timing.fullmatch(answer.headers["Server-Timing"])
        assert found
        database, total = map(float, found.groups())
        assert (database > 0) == asks
        assert database <= total
