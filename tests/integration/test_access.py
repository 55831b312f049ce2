"""Who may read what: no text leaks, whoever asks for whatever, before and after a change."""

import logging
from typing import Any

import pytest
from httpx import Response

from domain.caller import Role
from tests.blog.licence import GIVEN, OFFER
from tests.support.api import Api, Person
from tests.support.statements import recorded

WORD, SECRET = "xylograph", "unprintable"  # what all search for, and what stands beside it
BODY = f"The {WORD}. {'Open words. ' * 20}\n\nIt is {SECRET}."  # more than an excerpt has
AUDIENCES = ("nobody", "member", "holder", "author", "editor")
READERS = {
    "public": set(AUDIENCES),
    "members": set(AUDIENCES) - {"nobody"},
    "offer": {"holder", "author", "editor"},
}
NEVER = {"title": "A closed post", "summary": None}
# calls that show the text to whoever may read it
TEXTS = [
    "/posts/{id}",
    "/posts/{slug}",
    "/posts/{id}?fields=body",
    "/posts/{id}?fields=html,title",
    "/posts?include=html",
    "/posts?include=html&fields=html",
    f"/posts?include=html&q={WORD}",
    "/api/articles/{slug}",
]
# calls that show it to nobody
LISTS = ["/posts", f"/posts?q={WORD}", "/posts?fields=excerpt", "/api/articles"]
# pages and feeds, which are the same for all
SITE = ["/posts/{slug}", "/feed.atom", "/feed.json", f"/search?q={WORD}"]
BROWSER = {"Accept": "text/html"}
INSIDE = {"Cache-Control": "max-age=0"}  # the front leaves it to the framework
People = dict[str, Person | None]


@pytest.fixture
async def people(api: Api) -> People:
    roles = {"member": Role.READER, "holder": Role.READER, "author": Role.AUTHOR}
    made = {name: await api.person(role) for name, role in roles.items()}
    return {"nobody": None, **made, "editor": await api.person(Role.EDITOR)}


@pytest.fixture
async def post(api: Api, people: People) -> dict[str, Any]:
    """A post with an offer, which the holder holds; everyone may read it as yet."""
    assert people["author"]
    assert people["holder"]
    post = await api.write(people["author"], body=BODY, **NEVER)
    licence = (await api.post("/licences", people["editor"], json=GIVEN)).json()
    body = OFFER | {"post_id": post["id"]}
    await api.post(f"/licences/{licence['id']}/offers", people["editor"], json=body)
    path = f"/posts/{post['id']}/grants/{people['holder'].username}"
    (await api.call("PUT", path, people["editor"])).raise_for_status()
    return post | {"licence_id": licence["id"]}


async def close(api: Api, people: People, post: dict[str, Any], access: str) -> None:
    """Change who may read, and forget what that returned: anybody asks from here on."""
    answer = await api.patch(f"/posts/{post['id']}", people["author"], json={"access": access})
    assert answer.raise_for_status().json()["access"] == access
    api.tokens.clear()


async def shown(api: Api, path: str, by: Person | None, **headers: str) -> Response:
    answer = await api.get(path, by, headers=headers)
    assert answer.status_code == 200, (path, answer.text)
    return answer


async def check(api: Api, people: People, post: dict[str, Any], access: str) -> None:
    """Ask for all as everyone, twice, so that the second answers are cached."""
    for path in (*TEXTS, *LISTS) * 2:
        tags: dict[bool, set[str | None]] = {True: set(), False: set()}
        for name, person in people.items():
            answer = await shown(api, path.format(**post), person)
            may = path in TEXTS and name in READERS[access]
            assert (SECRET in answer.text) is may, (access, path, name)
            tags[may].add(answer.headers.get("ETag"))
        # an ETag of the one answer is not one of the other
        assert not tags[True] & tags[False] - {None}
    for name in AUDIENCES:
        # a word that is found would be one that is told
        found = await shown(api, f"/posts?q={SECRET}", people[name])
        assert found.json()["total"] == (access == "public")
    for path in SITE * 2:
        page = await api.client.get(path.format(**post), headers=BROWSER)
        assert page.status_code == 200
        assert (SECRET in page.text) is (access == "public"), (access, path)


@pytest.mark.parametrize("access", ["members", "offer"])
async def test_no_text_leaks_before_and_after_a_change(
    api: Api, people: People, post: dict[str, Any], access: str
) -> None:
    for present in ("public", access, "public"):
        await close(api, people, post, present)
        await check(api, people, post, present)


async def test_who_may_not_read_gets_all_but_the_text(
    api: Api, people: People, post: dict[str, Any]
) -> None:
    await close(api, people, post, "offer")
    path = f"/posts/{post['id']}"
    for name, person in people.items():
        for each in (path, "/posts?include=html"):
            found = (await shown(api, each, person)).json()
            seen = found["items"][0] if "items" in found else found
            may = name in READERS["offer"]
            assert (seen["may_read"], seen["html"] is not None) == (may, may)
            assert (seen["access"], seen["offer"]["price"]) == ("offer", OFFER["price"])
            assert (seen["title"], len(seen["excerpt"]) <= 200) == ("A closed post", True)
    await api.delete(f"/licences/{post['licence_id']}/offers/1", people["editor"])
    api.tokens.clear()
    for name in ("nobody", "holder"):
        seen = (await shown(api, path, people[name])).json()
        assert (seen["may_read"], seen["offer"]) == (name == "holder", None)


async def test_a_grant_that_is_taken_back_is_over(
    api: Api, people: People, post: dict[str, Any]
) -> None:
    await close(api, people, post, "offer")
    assert people["holder"]
    path = f"/posts/{post['id']}/grants/{people['holder'].username}"
    assert SECRET in (await shown(api, f"/posts/{post['slug']}", people["holder"])).text
    for method, may in (("DELETE", False), ("PUT", True)):
        (await api.call(method, path, people["editor"])).raise_for_status()
        # on a replica that lags too: what the holder reads waits for it
        api.tokens.clear()
        seen = (await shown(api, f"/posts/{post['slug']}", people["holder"])).json()
        assert (seen["may_read"], SECRET in str(seen["body"])) == (may, may)


@pytest.mark.parametrize("access", ["members", "offer"])
async def test_a_hit_of_each_audience_sends_no_statement(
    api: Api,
    people: People,
    post: dict[str, Any],
    caplog: pytest.LogCaptureFixture,
    access: str,
) -> None:
    await close(api, people, post, access)
    paths = [path.format(**post) for path in (*TEXTS, *LISTS)]
    for name in (*AUDIENCES, "nobody"):
        for path in paths:
            await shown(api, path, people[name])
            inside = await shown(api, path, people[name], **INSIDE)
            caplog.clear()
            with recorded(api.container) as sent, caplog.at_level("INFO", "broadsheet.http"):
                hit = await shown(api, path, people[name])
            assert (sent, hit.headers["X-Cache"]) == ([], "HIT"), (name, path)
            # the front logs none
            assert not [each for each in caplog.records if each.levelno == logging.INFO]
            assert hit.content == inside.content
            assert hit.headers.get("ETag") == inside.headers.get("ETag")


async def test_a_post_for_holders_is_published_with_an_offer(
    api: Api, people: People, post: dict[str, Any]
) -> None:
    author, editor = people["author"], people["editor"]
    closed = {"title": "t", "body": "b", "access": "offer"}
    refused = await api.post("/posts", author, json=closed | {"status": "published"})
    assert (refused.status_code, "No offer" in refused.json()["detail"]) == (409, True)
    draft = (await api.post("/posts", author, json=closed)).json()
    path = f"/posts/{draft['id']}"
    assert (await api.post(f"{path}/publish", author)).status_code == 409
    later = {"publish_at": "2030-01-01T00:00:00Z"}
    assert (await api.post(f"{path}/publish", author, json=later)).status_code == 409
    to_come = OFFER | {"post_id": draft["id"], "starts_at": "2040-01-01T00:00:00Z"}
    await api.post(f"/licences/{post['licence_id']}/offers", editor, json=to_come)
    assert (await api.post(f"{path}/publish", author)).status_code == 200
    other = await api.write(author) if author else {}
    answer = await api.patch(f"/posts/{other['id']}", author, json={"access": "offer"})
    assert answer.status_code == 409


@pytest.mark.parametrize("access", ["nobody", None, "PUBLIC", 1])
async def test_an_access_that_is_none_is_refused(api: Api, people: People, access: Any) -> None:
    body = {"title": "t", "body": "b", "access": access}
    assert (await api.post("/posts", people["author"], json=body)).status_code == 422
