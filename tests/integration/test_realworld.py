"""The RealWorld API: its contract, line by line."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from application.article import queries
from domain.caller import Role
from infra.blog.user.table import token_families
from tests.support.api import PASSWORD, Api
from tests.support.realworld import ARTICLE, Visitor, errors_of, visitor

pytestmark = pytest.mark.one_database

MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
FIELDS = {
    "slug",
    "title",
    "description",
    "tagList",
    "createdAt",
    "updatedAt",
    "favorited",
    "favoritesCount",
    "author",
}
NEW_PASSWORD = "an altogether new one"


@pytest.fixture
async def ann(api: Api) -> Visitor:
    return await visitor(api)


@pytest.fixture
async def bob(api: Api) -> Visitor:
    return await visitor(api)


async def anonymous(api: Api, path: str) -> Any:
    return (await api.call("GET", f"/api{path}")).raise_for_status().json()


def slugs(page: dict[str, Any]) -> list[str]:
    return [article["slug"] for article in page["articles"]]


# Accounts


async def test_who_registers_logs_in_and_asks_gets_the_account(api: Api) -> None:
    user = {"username": "ann", "email": "ann@example.com", "password": PASSWORD, "ignored": 1}
    registered = await api.call("POST", "/api/users", json={"user": user, "ignored": 1})
    assert registered.status_code == 201
    told = registered.json()["user"]
    expected = {"username": "ann", "email": "ann@example.com", "bio": None, "image": None}
    assert told == expected | {"token": told["token"]}
    login = await api.call("POST", "/api/users/login", json={"user": user})
    assert (login.status_code, login.json()["user"].keys()) == (200, told.keys())
    for token in (told["token"], login.json()["user"]["token"]):
        for scheme in ("Token", "Bearer", "token"):
            headers = {"Authorization": f"{scheme} {token}"}
            answer = await api.call("GET", "/api/user", headers=headers)
            assert answer.json() == {"user": expected | {"token": token}}


async def test_a_wrong_login_is_told_as_one(api: Api, ann: Visitor) -> None:
    for email, password in ((ann.email, "wrong password"), ("nobody@x.org", PASSWORD)):
        sent = {"user": {"email": email, "password": password}}
        answer = await api.call("POST", "/api/users/login", json=sent)
        assert errors_of(answer) == (401, {"credentials": ["invalid"]})


async def test_a_token_that_is_over_does_not_hinder_a_login(api: Api, ann: Visitor) -> None:
    sent = {"user": {"email": ann.email, "password": PASSWORD}}
    headers = {"Authorization": "Token over"}
    answer = await api.call("POST", "/api/users/login", headers=headers, json=sent)
    assert answer.status_code == 200


@pytest.mark.parametrize("taken", [["username"], ["email"], ["username", "email"]])
async def test_what_is_taken_is_named(api: Api, ann: Visitor, taken: list[str]) -> None:
    user = {"username": "other", "email": "other@example.com", "password": PASSWORD}
    user |= {field: getattr(ann, field).upper() for field in taken}
    answer = await api.call("POST", "/api/users", json={"user": user})
    assert errors_of(answer) == (409, {field: ["has already been taken"] for field in taken})


async def test_an_account_changes_what_is_sent(api: Api, ann: Visitor) -> None:
    sent = {"bio": "Prints.\nDaily.", "image": "javascript:alert(1)"}
    answer = await ann.call("PUT", "/user", {"user": sent})
    account = {"username": ann.username, "email": ann.email, "token": ann.token}
    assert answer.json() == {"user": account | sent}
    assert (await ann.call("PUT", "/user", {"user": {"bio": ""}})).json()["user"]["bio"] is None
    answer = await ann.call("PUT", "/user", {"user": {"image": None, "bio": None}})
    assert answer.json() == {"user": account | {"bio": None, "image": None}}
    assert (await ann.get("/user")) == answer.json()
    renamed = await ann.call("PUT", "/user", {"user": {"username": "Renamed"}})
    assert renamed.json()["user"]["username"] == "Renamed"
    assert (await ann.get("/user"))["user"]["username"] == "Renamed"


async def test_a_name_of_another_is_taken(ann: Visitor, bob: Visitor) -> None:
    answer = await ann.call("PUT", "/user", {"user": {"username": bob.username}})
    assert errors_of(answer) == (409, {"username": ["has already been taken"]})


async def test_a_password_changes_without_the_former_one(
    api: Api, ann: Visitor, bob: Visitor
) -> None:
    sent = {"user": {"email": ann.email, "password": PASSWORD}}
    login = await api.call("POST", "/api/users/login", json=sent)
    other = Visitor(api, ann.username, login.json()["user"]["token"])
    changed = await ann.call("PUT", "/user", {"user": {"password": NEW_PASSWORD}})
    assert (changed.status_code, changed.json()["user"]["token"]) == (200, ann.token)
    assert (await ann.call("GET", "/user")).status_code == 200
    refused = await other.call("POST", "/articles", {"article": ARTICLE})
    assert errors_of(refused) == (401, {"token": ["is invalid"]})
    sent["user"]["password"] = NEW_PASSWORD
    assert (await api.call("POST", "/api/users/login", json=sent)).status_code == 200


async def test_an_email_is_shown_while_it_waits_for_its_link(api: Api, ann: Visitor) -> None:
    for _ in range(2):
        answer = await ann.call("PUT", "/user", {"user": {"email": "new@example.com"}})
        assert answer.json()["user"]["email"] == "new@example.com"
    native = (await api.get("/users/me", headers=ann.headers)).json()
    assert (native["email"], native["pending_email"]) == (ann.email, "new@example.com")
    back = await ann.call("PUT", "/user", {"user": {"email": ann.email}})
    assert back.json()["user"]["email"] == ann.email


@pytest.mark.parametrize("field", ["email", "password"])
async def test_other_tokens_do_not_change_what_needs_a_password(api: Api, field: str) -> None:
    person = await api.person()
    made = await api.post(
        "/users/me/tokens", person, json={"name": "t", "scopes": ["write", "admin"]}
    )
    user = {"email": "new@example.com", "password": NEW_PASSWORD}
    for token in (person.access_token, made.json()["token"]):
        headers = {"Authorization": f"Token {token}"}
        answer = await api.call("PUT", "/api/user", headers=headers, json={"user": user})
        assert errors_of(answer)[0] == 403
        kept = {"user": {"email": person.email, "bio": f"By {field}"}}
        answer = await api.call("PUT", "/api/user", headers=headers, json=kept)
        assert answer.json()["user"]["bio"] == f"By {field}"


async def test_its_logins_are_sessions_like_all_others(api: Api, ann: Visitor) -> None:
    unused = update(token_families).where(token_families.c.tenant == api.tenant)
    async with api.container._resources.primary.engine.begin() as connection:
        then = datetime.now(UTC) - timedelta(days=59)
        await connection.execute(unused.values(rotated_at=then))
    [session] = (await api.get("/users/me/sessions", headers=ann.headers)).json()["items"]
    assert session["current"]
    answer = await api.delete(f"/users/me/sessions/{session['id']}", headers=ann.headers)
    assert answer.status_code == 204
    refused = await ann.call("POST", "/articles", {"article": ARTICLE})
    assert errors_of(refused) == (401, {"token": ["is invalid"]})


# Articles


async def test_an_article_is_published_as_it_is_written(api: Api, ann: Visitor) -> None:
    answer = await ann.call(
        "POST", "/articles", {"article": ARTICLE | {"tagList": ["b", "A"], "slug": "ignored"}}
    )
    assert answer.status_code == 201
    article = answer.json()["article"]
    assert article.keys() == FIELDS | {"body"}
    assert {name: article[name] for name in ARTICLE} == ARTICLE
    assert (article["slug"], article["tagList"]) == ("a-title", ["b", "A"])
    assert (article["favorited"], article["favoritesCount"]) == (False, 0)
    profile = {"username": ann.username, "bio": None, "image": None, "following": False}
    assert article["author"] == profile
    assert MOMENT.fullmatch(article["createdAt"])
    assert MOMENT.fullmatch(article["updatedAt"])
    assert await anonymous(api, "/articles/a-title") == {"article": article}
    shown = {name: value for name, value in article.items() if name != "body"}
    assert await anonymous(api, "/articles") == {"articles": [shown], "articlesCount": 1}


async def test_two_articles_of_one_title_have_two_slugs(ann: Visitor) -> None:
    assert {(await ann.write())["slug"] for _ in range(3)} == {"a-title", "a-title-2", "a-title-3"}


async def test_an_article_changes_what_is_sent(api: Api, ann: Visitor) -> None:
    article = await ann.write(tagList=["x", "y"])
    path = f"/articles/{article['slug']}"
    answer = await ann.call("PUT", path, {"article": {"body": "New", "slug": "ignored"}})
    changed = answer.json()["article"]
    moved = {"body": "New", "updatedAt": changed["updatedAt"]}
    assert changed == article | moved
    assert changed["updatedAt"] > article["updatedAt"]
    for tags, kept in ((["y"], ["y"]), (["", "y", ""], ["y"]), ([], [])):
        answer = await ann.call("PUT", path, {"article": {"tagList": tags}})
        assert answer.json()["article"]["tagList"] == kept
    answer = await ann.call("PUT", path, {"article": {"description": ""}})
    assert answer.json()["article"]["description"] == ""
    same = (await ann.call("PUT", path, {})).json()["article"]
    assert same == answer.json()["article"]


async def test_another_title_is_another_slug(api: Api, ann: Visitor) -> None:
    article = await ann.write()
    former, path = article["slug"], f"/articles/{article['slug']}"
    await anonymous(api, path)
    changed = (await ann.call("PUT", path, {"article": {"title": "Another"}})).json()["article"]
    assert (changed["slug"], changed["title"]) == ("another", "Another")
    for _ in range(3):
        for slug in (former, "another"):
            assert await anonymous(api, f"/articles/{slug}") == {"article": changed}
            assert await anonymous(api, f"/articles/{slug}/comments") == {"comments": []}
    again = {"article": {"title": "A title", "body": "By a former slug"}}
    changed = (await ann.call("PUT", path, again)).json()["article"]
    assert (changed["slug"], changed["body"]) == (former, "By a former slug")
    assert await anonymous(api, "/articles/another") == {"article": changed}


async def test_what_is_said_at_a_former_slug_is_as_fresh(
    api: Api, ann: Visitor, bob: Visitor
) -> None:
    former = (await ann.write())["slug"]
    await ann.call("PUT", f"/articles/{former}", {"article": {"title": "Another"}})
    path = f"/articles/{former}"
    for expected in (1, 0):
        for _ in range(2):
            await anonymous(api, path)
            await anonymous(api, f"{path}/comments")
        await bob.call("POST" if expected else "DELETE", "/articles/another/favorite")
        await bob.call("POST", "/articles/another/comments", {"comment": {"body": "b"}})
        api.tokens.clear()
        assert (await anonymous(api, path))["article"]["favoritesCount"] == expected
        assert len((await anonymous(api, f"{path}/comments"))["comments"]) == 2 - expected


async def test_a_deleted_article_is_gone_for_all(api: Api, ann: Visitor) -> None:
    path = f"/articles/{(await ann.write())['slug']}"
    await anonymous(api, path)
    assert (await ann.call("DELETE", path)).status_code == 204
    for answer in (
        await api.call("GET", f"/api{path}"),
        await ann.call("GET", path),
        await ann.call("DELETE", path),
        await ann.call("PUT", path, {"article": {"title": "New"}}),
    ):
        assert errors_of(answer) == (404, {"article": ["not found"]})


async def test_another_may_not_change_it(api: Api, ann: Visitor, bob: Visitor) -> None:
    path = f"/articles/{(await ann.write())['slug']}"
    await ann.call("POST", f"{path}/comments", {"comment": {"body": "Hers"}})
    for method, body in (("PUT", {"article": {"title": "Mine"}}), ("DELETE", None)):
        answer = await bob.call(method, path, body)
        assert errors_of(answer) == (403, {"article": ["forbidden"]})
    answer = await bob.call("DELETE", f"{path}/comments/1")
    assert errors_of(answer) == (403, {"comment": ["forbidden"]})


async def test_lists_go_by_filters_and_pages(api: Api, ann: Visitor, bob: Visitor) -> None:
    titles = ["one", "two", "three"]
    for title in titles:
        await ann.write(title=title, tagList=["Ink", title])
    await bob.write(title="four", tagList=["ink"])
    await bob.call("POST", "/articles/two/favorite")
    newest = ["four", "three", "two", "one"]
    for query, expected, count in (
        ("", newest, 4),
        ("?tag=&author=&favorited=&unknown=1", newest, 4),
        ("?tag=ink", newest, 4),
        ("?tag=one", ["one"], 1),
        ("?tag=nothing", [], 0),
        (f"?author={ann.username}", newest[1:], 3),
        (f"?author={ann.username.upper()}&tag=two", ["two"], 1),
        ("?author=nobody", [], 0),
        (f"?favorited={bob.username}", ["two"], 1),
        (f"?favorited={ann.username}", [], 0),
        ("?limit=2", newest[:2], 4),
        ("?limit=2&offset=3", newest[3:], 4),
        ("?limit=2&offset=2", newest[2:], 4),
        ("?offset=9", [], 4),
        ("?limit=0", newest[:1], 4),
        ("?limit=-5&offset=-1", newest[:1], 4),
        ("?limit=many&offset=few", newest, 4),
        ("?limit=9999999999999999999999&offset=0", newest, 4),
        ("?offset=99999999999999999999999999", [], 4),
        (f"?offset={'9' * 5000}", [], 4),
        ("?limit=", newest, 4),
    ):
        for answer in (
            await anonymous(api, f"/articles{query}"),
            await bob.get(f"/articles{query}"),
        ):
            assert (slugs(answer), answer["articlesCount"]) == (expected, count), query
            assert all(article.keys() == FIELDS for article in answer["articles"])


async def test_the_feed_has_the_followed(ann: Visitor, bob: Visitor) -> None:
    for title in ("one", "two"):
        await ann.write(title=title)
    await bob.write(title="own")
    assert await bob.get("/articles/feed") == {"articles": [], "articlesCount": 0}
    await bob.call("POST", f"/profiles/{ann.username}/follow")
    await bob.call("POST", "/articles/one/favorite")
    for _ in range(2):
        feed = await bob.get("/articles/feed")
        assert (slugs(feed), feed["articlesCount"]) == (["two", "one"], 2)
        assert [article["favorited"] for article in feed["articles"]] == [False, True]
        assert all(article["author"]["following"] for article in feed["articles"])
    page = await bob.get("/articles/feed?limit=1&offset=1")
    assert (slugs(page), page["articlesCount"]) == (["one"], 2)
    await bob.call("DELETE", f"/profiles/{ann.username}/follow")
    assert (await bob.get("/articles/feed"))["articlesCount"] == 0


async def test_tags_are_names(api: Api, ann: Visitor) -> None:
    assert await anonymous(api, "/tags") == {"tags": []}
    await ann.write(tagList=["Ink", "paper"])
    assert await anonymous(api, "/tags") == {"tags": ["Ink", "paper"]}


# What depends on the caller


@pytest.mark.parametrize("cached", [True, False])
async def test_marks_are_the_callers_own(
    api: Api, ann: Visitor, bob: Visitor, cached: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those of few are cached, those of many are not."""
    if not cached:
        monkeypatch.setattr(queries, "MARKS_CACHED", 0)
    hers = (await ann.write(title='"slug":"x", "favorited":false'))["slug"]
    his = (await bob.write(title="His"))["slug"]
    reads = ["/articles", f"/articles/{hers}", f"/articles/{his}", f"/profiles/{ann.username}"]
    for path in (*reads, *reads):
        await ann.get(path)
        await bob.get(path)
    before = await anonymous(api, "/articles")
    favored = await bob.call("POST", f"/articles/{hers}/favorite")
    assert favored.json()["article"]["favorited"] is True
    assert favored.json()["article"]["favoritesCount"] == 1
    followed = await bob.call("POST", f"/profiles/{ann.username}/follow")
    assert followed.json()["profile"]["following"] is True
    for _ in range(3):
        listed = (await bob.get("/articles"))["articles"]
        assert [each["favorited"] for each in listed] == [False, True]
        assert [each["author"]["following"] for each in listed] == [False, True]
        one = (await bob.get(f"/articles/{hers}"))["article"]
        assert (one["favorited"], one["author"]["following"]) == (True, True)
        assert (await bob.get(f"/profiles/{ann.username}"))["profile"]["following"] is True
        assert not any(each["favorited"] for each in (await ann.get("/articles"))["articles"])
    assert slugs(await anonymous(api, "/articles")) == slugs(before)
    for path, name in (
        (f"/articles/{hers}/favorite", "article"),
        (f"/profiles/{ann.username}/follow", "profile"),
    ):
        assert (await bob.call("DELETE", path)).status_code == 200, name
    assert (await bob.get("/articles")) == before
    assert (await bob.get(f"/profiles/{ann.username}"))["profile"]["following"] is False


async def test_marks_follow_new_slugs_and_names(ann: Visitor, bob: Visitor) -> None:
    slug = (await ann.write())["slug"]
    await bob.call("POST", f"/articles/{slug}/favorite")
    await bob.call("POST", f"/profiles/{ann.username}/follow")
    await bob.get("/articles")
    await ann.call("PUT", f"/articles/{slug}", {"article": {"title": "Another"}})
    [article] = (await bob.get("/articles"))["articles"]
    assert (article["slug"], article["favorited"]) == ("another", True)
    await ann.call("PUT", "/user", {"user": {"username": 'An "N"'}})
    [article] = (await bob.get("/articles"))["articles"]
    author = {"username": 'An "N"', "bio": None, "image": None, "following": True}
    assert article["author"] == author
    await bob.call("DELETE", "/profiles/An%20%22N%22/follow")
    assert (await bob.get("/articles/another"))["article"]["author"]["following"] is False


async def test_favorites_and_follows_are_idempotent(ann: Visitor) -> None:
    slug = (await ann.write())["slug"]
    for method, count in (("POST", 1), ("POST", 1), ("DELETE", 0), ("DELETE", 0)):
        answer = await ann.call(method, f"/articles/{slug}/favorite")
        assert answer.json()["article"]["favoritesCount"] == count


async def test_a_profile_is_of_a_name_without_case(api: Api, ann: Visitor) -> None:
    await ann.call("PUT", "/user", {"user": {"bio": "Prints.", "image": "http://x.org/a.png"}})
    profile = {"username": ann.username, "bio": "Prints.", "image": "http://x.org/a.png"}
    for name in (ann.username, ann.username.upper()):
        shown = await anonymous(api, f"/profiles/{name}")
        assert shown == {"profile": profile | {"following": False}}


async def test_nobody_follows_themselves(ann: Visitor) -> None:
    for method in ("POST", "DELETE"):
        status, errors = errors_of(await ann.call(method, f"/profiles/{ann.username}/follow"))
        assert (status, list(errors)) == (422, ["profile"])


async def test_a_changed_profile_shows_at_once_wherever_it_stands(api: Api, ann: Visitor) -> None:
    slug = (await ann.write())["slug"]
    await ann.call("POST", f"/articles/{slug}/comments", {"comment": {"body": "b"}})
    paths = ["/articles", f"/articles/{slug}", f"/articles/{slug}/comments"]
    for path in paths:
        await anonymous(api, path)
    await ann.call("PUT", "/user", {"user": {"bio": "Prints."}})
    api.tokens.clear()
    for path in paths:
        assert "Prints." in str(await anonymous(api, path))


# Comments


async def test_comments_are_all_and_the_newest_first(api: Api, ann: Visitor, bob: Visitor) -> None:
    slug = (await ann.write())["slug"]
    path = f"/articles/{slug}/comments"
    for number in range(1, 26):
        answer = await bob.call("POST", path, {"comment": {"body": f"no. {number}"}})
        assert (answer.status_code, answer.json()["comment"]["id"]) == (201, number)
    comment = answer.json()["comment"]
    assert comment.keys() == {"id", "createdAt", "updatedAt", "body", "author"}
    author = {"username": bob.username, "bio": None, "image": None, "following": False}
    assert (comment["body"], comment["author"]) == ("no. 25", author)
    found = (await anonymous(api, path))["comments"]
    assert found[0] == comment
    assert [each["id"] for each in found] == list(range(25, 0, -1))
    assert (await bob.call("DELETE", f"{path}/25")).status_code == 204
    assert len((await anonymous(api, path))["comments"]) == 24
    await ann.call("POST", f"/profiles/{bob.username}/follow")
    assert all(each["author"]["following"] for each in (await ann.get(path))["comments"])


@pytest.mark.parametrize("comment_id", ["2", "0", "-1", "x", "99999999999999999999999"])
async def test_a_comment_that_is_not_there_is_not_found(
    ann: Visitor, bob: Visitor, comment_id: str
) -> None:
    path = f"/articles/{(await ann.write())['slug']}/comments"
    other = f"/articles/{(await ann.write(title='Other'))['slug']}/comments"
    for each, times in ((path, 1), (other, 3)):
        for _ in range(times):
            await bob.call("POST", each, {"comment": {"body": "b"}})
    answer = await bob.call("DELETE", f"{path}/{comment_id}")
    assert errors_of(answer) == (404, {"comment": ["not found"]})
    assert len((await bob.get(path))["comments"]) == 1


# Both faces


async def test_what_one_face_writes_the_other_reads_at_once(api: Api) -> None:
    person = await api.person()
    ann = Visitor(api, person.username, person.access_token)
    slug = (await ann.write(tagList=["ink"]))["slug"]
    native = (await api.get(f"/posts/{slug}", person)).json()
    assert (native["status"], native["summary"], native["tags"]) == (
        "published",
        ARTICLE["description"],
        ["ink"],
    )
    path = f"/posts/{native['id']}"
    for _ in range(2):
        await ann.get(f"/articles/{slug}")
        await ann.get(f"/articles/{slug}/comments")
        await ann.get("/articles")
    await api.patch(path, person, json={"title": "New", "summary": None})
    assert (await ann.get(f"/articles/{slug}"))["article"]["description"] == ""
    assert (await ann.get("/articles"))["articles"][0]["title"] == "New"
    await api.call("PUT", f"{path}/favorite", person)
    assert (await ann.get(f"/articles/{slug}"))["article"]["favorited"] is True
    await api.post(f"{path}/comments", person, json={"body": "Said"})
    await ann.get(f"/articles/{slug}/comments")
    await api.patch(f"{path}/comments/1", person, json={"body": "Mended"})
    [comment] = (await ann.get(f"/articles/{slug}/comments"))["comments"]
    assert comment["body"] == "Mended"
    await api.post(f"{path}/unpublish", person)
    assert (await ann.call("GET", f"/articles/{slug}")).status_code == 404
    assert (await ann.get("/articles"))["articlesCount"] == 0


async def test_only_what_is_published_shows(api: Api) -> None:
    person = await api.person()
    ann = Visitor(api, person.username, person.access_token)
    drafts = [await api.write(person, title=f"draft {n}", status="draft") for n in range(2)]
    await api.post(f"/posts/{drafts[1]['id']}/publish", person)
    await api.post(f"/posts/{drafts[1]['id']}/archive", person)
    editor = await api.person(Role.EDITOR)
    for who in (ann, Visitor(api, editor.username, editor.access_token)):
        assert (await who.get("/articles"))["articlesCount"] == 0
        for path in (f"/articles/{draft['slug']}" for draft in drafts):
            body, comment = {"article": {"title": "x"}}, {"comment": {"body": "b"}}
            for method, address, sent in (
                ("GET", path, None),
                ("GET", f"{path}/comments", None),
                ("PUT", path, body),
                ("DELETE", path, None),
                ("POST", f"{path}/favorite", None),
                ("DELETE", f"{path}/favorite", None),
                ("POST", f"{path}/comments", comment),
                ("DELETE", f"{path}/comments/1", None),
            ):
                answer = await who.call(method, address, sent)
                assert errors_of(answer) == (404, {"article": ["not found"]}), address
