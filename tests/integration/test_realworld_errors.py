"""What the RealWorld API refuses, and how: always as `{"errors": …}`, and never a 500."""

import json
from collections.abc import AsyncIterator
from time import time
from typing import Any

import jwt
import pytest
import pytest_asyncio

from application.limits import LimitReached
from application.unit_of_work import ConcurrentChange, OutcomeUnknown, StorageFull, Unavailable
from core.dependencies.container import Container
from domain.caller import Role
from tests.conftest import api_with, fresh_api
from tests.support.api import PASSWORD, Api
from tests.support.realworld import ARTICLE, Visitor, errors_of, visitor

pytestmark = pytest.mark.one_database

BLANK = "can't be blank"
JSON = {"Content-Type": "application/json"}
ORIGIN = {"Origin": "https://web.example"}
USER = {"username": "new", "email": "new@example.com", "password": PASSWORD}
NEEDS_TOKEN = (
    ("GET", "/user"),
    ("PUT", "/user"),
    ("POST", "/profiles/nobody/follow"),
    ("DELETE", "/profiles/nobody/follow"),
    ("GET", "/articles/feed"),
    ("POST", "/articles"),
    ("PUT", "/articles/nothing"),
    ("DELETE", "/articles/nothing"),
    ("POST", "/articles/nothing/comments"),
    ("DELETE", "/articles/nothing/comments/1"),
    ("POST", "/articles/nothing/favorite"),
    ("DELETE", "/articles/nothing/favorite"),
)
TAKES_NONE = ("/articles", "/articles/a-title", "/articles/a-title/comments", "/tags")
OPEN = (*TAKES_NONE, "/profiles/{username}", "/articles?limit=1")


@pytest_asyncio.fixture
async def ann(api: Api) -> Visitor:
    return await visitor(api)


@pytest_asyncio.fixture
async def other(container: Container) -> AsyncIterator[Api]:
    """Another tenant."""
    async with fresh_api(container) as api:
        yield api


async def sent(api: Api, method: str, path: str, body: Any, by: Visitor | None) -> Any:
    """Send a body as JSON, surrogates too."""
    headers = JSON | (by.headers if by else {})
    return await api.call(method, f"/api{path}", headers=headers, content=json.dumps(body))


@pytest_asyncio.fixture
async def web(container: Container) -> AsyncIterator[Api]:
    """What pages of other origins may call."""
    async with api_with(container, cors_origins=("*",)) as api:
        yield api


# Tokens


async def test_a_call_that_needs_a_token_asks_for_it_first(api: Api) -> None:
    for method, path in NEEDS_TOKEN:
        answers = [await api.call(method, f"/api{path}")]
        if method in ("POST", "PUT"):
            for content in (b"{", b"x" * 100_000):
                answers.append(await api.call(method, f"/api{path}", headers=JSON, content=content))
        for answer in answers:
            assert errors_of(answer) == (401, {"token": ["is missing"]}), path


async def bad_tokens(api: Api, other: Api) -> dict[str, str]:
    """Tokens that are good no more, or not here."""
    [secret] = api.container._resources.secrets
    ann, admin = await visitor(api), await api.person(Role.ADMIN)
    claims = jwt.decode(ann.token, options={"verify_signature": False})
    closed = await visitor(api)
    for who in (closed, ann):
        # known to the front, and as a login that stands
        for _ in range(2):
            await who.get("/articles")
    path = f"/users/{closed.username}"
    (await api.patch(path, admin, json={"is_active": False})).raise_for_status()
    return {
        "nothing": "",
        "nonsense": "Token nonsense",
        "no scheme": ann.token,
        "another scheme": f"Basic {ann.token}",
        "no text": "Token \\x00",
        "forged": f"Token {jwt.encode(claims, 'x' * 32)}",
        "expired": f"Token {jwt.encode(claims | {'exp': time() - 1}, secret)}",
        "of a closed account": f"Token {closed.token}",
        "of another tenant": f"Token {(await visitor(other)).token}",
        "an unknown personal one": "Token bs_unknown",
    }


async def test_a_token_that_is_not_good_is_no_token(api: Api, ann: Visitor, other: Api) -> None:
    """Calls that need one refuse it, at once where they change something; all others answer."""
    await ann.write()
    tokens = await bad_tokens(api, other)
    for name, value in tokens.items():
        headers = {"Authorization": value}
        for method, path in NEEDS_TOKEN:
            if name == "of a closed account" and method == "GET":
                continue  # within a second: see tests/faults/test_ended_logins.py
            answer = await api.call(method, f"/api{path}", headers=headers, json=_body(path))
            assert errors_of(answer) == (401, {"token": ["is invalid"]}), (name, method, path)
        for path in OPEN:
            address = f"/api{path.format(username=ann.username)}"
            for _ in range(2):
                answer = await api.call("GET", address, headers=headers)
                assert answer.json() == (await api.call("GET", address)).json(), (name, path)


def _body(path: str) -> dict[str, Any]:
    return {"article": ARTICLE, "comment": {"body": "b"}, "user": {"bio": "b"}}


async def test_a_token_that_may_only_read_changes_nothing(api: Api) -> None:
    person = await api.person()
    made = await api.post("/users/me/tokens", person, json={"name": "t", "scopes": ["read"]})
    reader = Visitor(api, person.username, made.json()["token"])
    assert (await reader.call("GET", "/user")).status_code == 200
    assert errors_of(await reader.call("POST", "/articles", {"article": ARTICLE}))[0] == 403


# Input


@pytest.mark.parametrize(
    "body", [None, {}, {"user": None}, {"user": []}, {"other": {}}, [], "x", 1]
)
async def test_without_a_wrapper_each_field_is_missing(api: Api, body: Any) -> None:
    expected = {field: [BLANK] for field in ("username", "email", "password")}
    assert errors_of(await sent(api, "POST", "/users", body, None)) == (422, expected)
    del expected["username"]
    assert errors_of(await sent(api, "POST", "/users/login", body, None)) == (422, expected)


async def test_a_required_field_is_not_blank(api: Api, ann: Visitor) -> None:
    await ann.write()
    user, article, comment = ("user", USER), ("article", ARTICLE), ("comment", {"body": "b"})
    for method, path, (wrapper, fields), by in (
        ("POST", "/users", user, None),
        ("POST", "/users/login", ("user", {"email": ann.email, "password": PASSWORD}), None),
        ("POST", "/articles", article, ann),
        ("POST", "/articles/a-title/comments", comment, ann),
    ):
        for field in fields:
            absent = {name: value for name, value in fields.items() if name != field}
            for bad in (absent, *({**fields, field: value} for value in ("", None, " \t\n"))):
                answer = await sent(api, method, path, {wrapper: bad}, by)
                assert errors_of(answer) == (422, {field: [BLANK]}), (path, bad)


async def test_a_field_that_is_changed_is_not_blank(api: Api, ann: Visitor) -> None:
    await ann.write()
    for path, wrapper, field in (
        *(("/user", "user", field) for field in ("email", "username", "password")),
        *(("/articles/a-title", "article", field) for field in ("title", "body")),
    ):
        for value in ("", None, " \t"):
            answer = await sent(api, "PUT", path, {wrapper: {field: value}}, ann)
            assert errors_of(answer) == (422, {field: [BLANK]}), (path, value)
    for field in ("description", "tagList"):
        answer = await sent(api, "PUT", "/articles/a-title", {"article": {field: None}}, ann)
        assert errors_of(answer) == (422, {field: [BLANK]})


STRANGE: tuple[Any, ...] = (5, True, [], {}, ["a"], "a\0b", "\ud800", "x" * 1_100_000)


async def test_a_field_with_something_strange_is_named(api: Api, ann: Visitor) -> None:
    await ann.write()
    user, article = ("username", "email", "password"), ("title", "description", "body", "tagList")
    for method, path, wrapper, good, fields, by in (
        ("POST", "/users", "user", USER, user, None),
        ("PUT", "/user", "user", {}, (*user, "bio", "image"), ann),
        ("POST", "/articles", "article", ARTICLE, article, ann),
        ("PUT", "/articles/a-title", "article", {}, article, ann),
        ("POST", "/articles/a-title/comments", "comment", {}, ("body",), ann),
    ):
        for field in fields:
            for value in STRANGE if by else STRANGE[:-1]:
                if (field, value) in (("tagList", []), ("tagList", ["a"])) or (
                    field == "password" and value == "a\0b"
                ):
                    continue
                answer = await sent(api, method, path, {wrapper: good | {field: value}}, by)
                status, errors = errors_of(answer)
                assert (status, list(errors)) == (422, [field]), (path, field, str(value)[:9])
    page = (await api.call("GET", "/api/articles")).json()
    assert page["articlesCount"] == 1


async def test_a_password_has_8_characters_and_may_have_64(api: Api, ann: Visitor) -> None:
    for method, path, by in (("POST", "/users", None), ("PUT", "/user", ann)):
        for password, status in (("seven77", 422), ("x" * 129, 422), ("y7" * 32, 0)):
            user = USER | {"password": password} if by is None else {"password": password}
            answer = await sent(api, method, path, {"user": user}, by)
            assert answer.status_code == (status or (201 if by is None else 200))
            if status:
                assert list(errors_of(answer)[1]) == ["password"]


async def test_the_words_are_for_people(api: Api, ann: Visitor) -> None:
    short = await sent(api, "PUT", "/user", {"user": {"password": "short"}}, ann)
    assert errors_of(short) == (422, {"password": ["is too short (at least 8 characters)"]})
    long = {"title": "t" * 201, "tagList": [str(number) for number in range(30)]}
    answer = await sent(api, "POST", "/articles", {"article": ARTICLE | long}, ann)
    assert errors_of(answer) == (
        422,
        {
            "title": ["is too long (at most 200 characters)"],
            "tagList": ["has too many items (at most 20)"],
        },
    )


async def test_a_common_password_is_taken_where_that_is_allowed(container: Container) -> None:
    """The native API never takes one."""
    common = {"password": "password123"}
    for allowed in (True, False):
        async with api_with(container, common_passwords=allowed) as api:
            ann = await visitor(api)
            answers = [
                await sent(api, "POST", "/users", {"user": USER | common}, None),
                await sent(api, "PUT", "/user", {"user": common}, ann),
            ]
            statuses = [201, 200] if allowed else [422, 422]
            assert [answer.status_code for answer in answers] == statuses
            native = USER | {"username": "native", "email": "native@x.org"} | common
            assert (await api.post("/auth/register", json=native)).status_code == 422


async def test_many_faults_are_answered_in_short(api: Api, ann: Visitor) -> None:
    tags = [5] * 900
    answer = await sent(api, "POST", "/articles", {"article": ARTICLE | {"tagList": tags}}, ann)
    assert (answer.status_code, len(answer.content) < 16_384) == (422, True)


async def test_filters_that_match_nothing_are_no_error(api: Api, ann: Visitor) -> None:
    await ann.write()
    for name in ("tag", "author", "favorited"):
        for value in ("%00", "%ED%A0%80", "%ff", "x" * 1_000, "%F0%9F%92%A9", "%27%22%5C", " "):
            answer = await api.call("GET", f"/api/articles?{name}={value}")
            assert (answer.status_code, answer.json()["articlesCount"]) == (200, 0), value


async def test_addresses_of_nothing_are_not_found(api: Api, ann: Visitor) -> None:
    for part in (
        "nothing",
        "%ff",
        "%ED%A0%80",
        "x" * 1_000,
        "018f2b5c-7d3e-7c1a-9b1e-3f2a1b4c5d6e",
    ):
        for path, what in (("articles", "article"), ("profiles", "profile")):
            for by in (None, ann):
                headers = by.headers if by else {}
                answer = await api.call("GET", f"/api/{path}/{part}", headers=headers)
                assert errors_of(answer) == (404, {what: ["not found"]}), part
        answer = await ann.call("POST", f"/profiles/{part}/follow")
        assert errors_of(answer) == (404, {"profile": ["not found"]})
        answer = await ann.call("POST", f"/articles/{part}/favorite")
        assert errors_of(answer) == (404, {"article": ["not found"]})


async def test_an_empty_body_is_fine_where_none_is_needed(api: Api, ann: Visitor) -> None:
    await ann.write()
    for method, path, status in (
        ("GET", "/articles", 200),
        ("POST", "/articles/a-title/favorite", 200),
        ("DELETE", "/articles/a-title/favorite", 200),
        ("DELETE", "/articles/a-title", 204),
    ):
        answer = await api.call(method, f"/api{path}", headers=JSON | ann.headers, content=b"")
        assert answer.status_code == status


# Errors outside of the routes


async def test_every_error_has_one_form(web: Api) -> None:
    token = (await visitor(web)).headers
    calls: tuple[tuple[str, str, dict[str, str], bytes, int], ...] = (
        ("POST", "/articles", JSON | token, b"{", 400),
        ("GET", "/articles", {"Consistency-Token": "nonsense"}, b"", 400),
        ("GET", "/articles", {"X-Tenant-Token": "nonsense"}, b"", 401),
        ("GET", "/nothing", {}, b"", 404),
        ("GET", "/articles/", {}, b"", 404),
        ("GET", "/v2/posts", {}, b"", 404),
        ("GET", "/articles/%0A", {}, b"", 404),
        ("PATCH", "/articles", {}, b"", 405),
        ("POST", "/users", JSON, b"x" * 65_537, 413),
        ("POST", "/articles", JSON | token, b"[" * 1_001, 413),
        ("GET", "/articles?" + "x" * 33_000, {}, b"", 414),
        ("POST", "/articles", token, b"{}", 415),
    )
    for method, path, headers, content, status in calls:
        answer = await web.call(method, f"/api{path}", headers=headers | ORIGIN, content=content)
        assert errors_of(answer)[0] == status, (method, path)
        assert answer.headers["Access-Control-Allow-Origin"] == "*", (method, path)
        assert answer.headers["X-Request-ID"]


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (ZeroDivisionError("the cause"), 500),
        (Unavailable("The database can't be reached."), 503),
        (OutcomeUnknown("Perhaps."), 503),
        (StorageFull("It is full."), 507),
        (ConcurrentChange(), 409),
        (LimitReached(5), 429),
    ],
)
async def test_what_fails_has_it_too(
    web: Api, error: Exception, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise error

    monkeypatch.setattr(Container, "scope", broken)
    answer = await web.call("GET", "/api/articles", headers=ORIGIN)
    assert errors_of(answer)[0] == status
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert ("Retry-After" in answer.headers) == (status in (429, 503, 507))
    assert "the cause" not in answer.text


async def test_a_preflight_is_answered_and_may_be_kept(web: Api) -> None:
    asked = {
        "Access-Control-Request-Method": "PUT",
        "Access-Control-Request-Headers": "authorization, content-type",
    }
    answer = await web.call("OPTIONS", "/api/articles/x", headers=ORIGIN | asked)
    assert (answer.status_code, int(answer.headers["Access-Control-Max-Age"]) >= 600) == (200, True)


async def test_the_native_api_keeps_its_own_errors(api: Api) -> None:
    for path in ("/api/v1/nothing", "/api/v1", "/apiary"):
        answer = await api.client.get(path)
        assert answer.headers["content-type"] == "application/problem+json", path
