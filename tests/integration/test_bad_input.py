"""Bad input over the API: a 4xx that names the fault, and nothing stored."""

import json
from dataclasses import replace
from typing import Any

import pytest

from tests.support.aggregates import TRIALS
from tests.support.api import Api
from tests.support.routes import Blog, Trial, people

pytestmark = pytest.mark.one_database

JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize(
    "content", [b"", b"{", b"nonsense", b'{"title": "a"', b"\xff\xfe", b'{"title": "\xff"}']
)
async def test_what_is_not_json_is_400_or_422(api: Api, content: bytes) -> None:
    ann = await api.person()
    answer = await api.post("/posts", ann, content=content, headers=JSON)
    assert answer.status_code in (400, 422)
    assert answer.headers["content-type"] == "application/problem+json"
    assert (await api.get("/posts?status=draft", ann)).json()["total"] == 0


async def test_a_body_that_does_not_say_it_is_json_is_415(api: Api) -> None:
    ann = await api.person()
    answer = await api.post("/posts", ann, content=b'{"title": "t", "body": "b"}')
    assert answer.status_code == 415
    assert "application/json" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", ""),
        ("title", "   "),
        ("title", "t" * 201),
        ("title", "\u200b"),
        ("title", "\u3164\ufe0f"),
        ("title", "a\0b"),
        ("title", "a\nb"),
        ("title", "\ud800"),
        ("title", 5),
        ("title", None),
        ("title", ["a"]),
        ("body", ""),
        ("body", " \n\t"),
        ("body", "\u200b\ufeff"),
        ("body", "a\0b"),
        ("body", "\udfff"),
        ("body", "\N{EURO SIGN}" * 10 + "a" * 1_048_550),
        ("summary", "s" * 501),
        ("summary", "\x07"),
        ("tags", "ink"),
        ("tags", [""]),
        ("tags", ["  "]),
        ("tags", ["t" * 51]),
        ("tags", ["\ud800"]),
        ("tags", [f"t{number}" for number in range(21)]),
        ("tags", [5]),
        ("slug", "a/b"),
        ("slug", "a b"),
        ("slug", "a?b"),
        ("slug", ".."),
        ("slug", "018f2b5c-7d3e-7c1a-9b1e-3f2a1b4c5d6e"),
        ("slug", "018F2B5C7D3E7C1A9B1E3F2A1B4C5D6E"),
        ("slug", ""),
        ("slug", "s" * 201),
        ("status", "archived"),
        ("status", "gone"),
        ("published_at", "2030-01-01T00:00:00Z"),
        ("id", "018f2b5c-7d3e-7c1a-9b1e-3f2a1b4c5d6e"),
    ],
)
async def test_a_wrong_post_names_the_field(api: Api, field: str, value: Any) -> None:
    ann = await api.person()
    content = json.dumps({"title": "t", "body": "b"} | {field: value})
    answer = await api.post("/posts", ann, content=content, headers=JSON)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"].partition(".")[0] == field
    assert answer.json()["status"] == 422
    for status in ("draft", "published"):
        assert (await api.get(f"/posts?status={status}", ann)).json()["total"] == 0


@pytest.mark.parametrize("trial", [each for each in TRIALS if each.route.bad], ids=str)
async def test_bad_bodies_change_nothing(api: Api, trial: Trial) -> None:
    callers = await people(api, "owner", "editor", "admin")
    samples = await trial.samples(Blog.of(api, callers))
    before = await trial.table.shown(api, callers["admin"], samples)
    for body in trial.route.bad:
        answer = await replace(trial.route, body=body).call(api, callers["editor"], samples)
        assert (answer.status_code, answer.json()["status"]) == (422, 422), body
    assert await trial.table.shown(api, callers["admin"], samples) == before


async def test_a_field_whose_name_is_no_text_is_refused(api: Api) -> None:
    ann = await api.person()
    content = json.dumps({"title": "t", "body": "b", "\ud800": 1})
    assert (await api.post("/posts", ann, content=content, headers=JSON)).status_code == 422


async def test_missing_fields_are_all_named(api: Api) -> None:
    ann = await api.person()
    problem = (await api.post("/posts", ann, json={})).json()
    assert [error["field"] for error in problem["errors"]] == ["title", "body"]


async def test_the_longest_that_is_allowed_is_kept(api: Api) -> None:
    ann = await api.person()
    longest = {
        "title": "\N{SNOWMAN}" * 200,
        "body": "\N{PILE OF POO}" * (1_048_576 // 4),
        "summary": "\N{SNOWMAN}" * 500,
        "tags": [f"{number:02}" + "\N{SNOWMAN}" * 48 for number in range(20)],
    }
    post = await api.write(ann, **longest)
    read = (await api.get(f"/posts/{post['id']}", ann)).json()
    assert {name: read[name] for name in longest} == longest


async def test_tags_are_trimmed_and_not_given_twice(api: Api) -> None:
    ann = await api.person()
    post = await api.write(ann, tags=[" b ", "A", "a", "B", "c"])
    assert post["tags"] == ["b", "A", "c"]


@pytest.mark.parametrize("size", [2 * 1_048_576 + 1, 10 * 1_048_576])
async def test_a_body_over_2_mib_is_413(api: Api, size: int) -> None:
    ann = await api.person()
    whole = await api.post("/posts", ann, content=b"x" * size, headers=JSON)

    async def pieces() -> Any:
        for _ in range(size // 65_536 + 1):
            yield b"x" * 65_536

    chunked = await api.post("/posts", ann, content=pieces(), headers=JSON)
    for answer in (whole, chunked):
        assert answer.status_code == 413
        assert answer.headers["content-type"] == "application/problem+json"
        assert "2 MiB" in answer.json()["detail"]


@pytest.mark.parametrize("key", ["nothing", "018f2b5c-7d3e-7c1a-9b1e-3f2a1b4c5d6e", "%ff"])
async def test_an_unknown_post_is_404(api: Api, key: str) -> None:
    answer = await api.get(f"/posts/{key}")
    assert answer.status_code == 404
    assert answer.json()["detail"] == "There is no such post."


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
async def test_a_wrong_id_is_named(api: Api, method: str) -> None:
    ann = await api.person()
    answer = await api.call(method, "/posts/nothing", ann, json={})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "post_id"


@pytest.mark.parametrize("step", ["publish", "unpublish", "archive", "restore"])
async def test_an_option_that_is_not_there_is_refused(api: Api, step: str) -> None:
    ann = await api.person()
    post = await api.write(ann, status="draft")
    body = {"published_at": "2030-01-01T00:00:00Z"}
    answer = await api.post(f"/posts/{post['id']}/{step}", ann, json=body)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "published_at")
    assert (await api.get(f"/posts/{post['id']}", ann)).json()["status"] == "draft"


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/posts/x"), ("GET", "/users/me"), ("POST", "/posts"), ("POST", "/auth/refresh")],
)
async def test_a_parameter_that_a_call_does_not_have_is_named(
    api: Api, method: str, path: str
) -> None:
    ann = await api.person()
    body = {"title": "t", "body": "b", "refresh_token": "x"} if method == "POST" else None
    answer = await api.call(method, f"{path}?foo=1", ann, json=body)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "foo")


async def test_an_empty_tenant_token_is_no_tenant(api: Api) -> None:
    assert (await api.get("/posts", headers={"X-Tenant-Token": ""})).status_code == 401


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nothing", 404),
        ("GET", "/posts/", 404),
        ("PUT", "/posts", 405),
    ],
)
async def test_unknown_addresses_are_problems_too(
    api: Api, method: str, path: str, status: int
) -> None:
    answer = await api.call(method, path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert set(problem) == {"type", "title", "status", "detail", "instance", "request_id"}
    assert problem["request_id"] == answer.headers["X-Request-ID"]


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/posts", "GET, HEAD, POST"),
        ("/posts/018f2b5c-7d3e-7c1a-9b1e-3f2a1b4c5d6e", "DELETE, GET, HEAD, PATCH"),
        ("/posts/a-slug", "GET, HEAD"),
        ("/users/me", "DELETE, GET, HEAD, PATCH"),
        ("/auth/token", "POST"),
    ],
)
async def test_a_405_names_the_methods_that_there_are(api: Api, path: str, allowed: str) -> None:
    answer = await api.call("PUT", path)
    assert (answer.status_code, answer.headers["Allow"]) == (405, allowed)


@pytest.mark.parametrize("token", ["nonsense", "e30.AAAAAA.AAAA", "{}"])
async def test_a_forged_consistency_token_is_400(api: Api, token: str) -> None:
    for path in ("/posts", "/posts/nothing"):
        answer = await api.get(path, headers={"Consistency-Token": token})
        assert answer.status_code == 400
        assert "Consistency-Token" in answer.json()["detail"]


async def test_a_request_id_is_kept_where_it_is_sane(api: Api) -> None:
    for sent, kept in (("abc-1.2_3", True), ("a b", False), ("x" * 129, False), ("", False)):
        answer = await api.get("/posts", headers={"X-Request-ID": sent})
        assert (answer.headers["X-Request-ID"] == sent) is kept
        assert answer.headers["X-Request-ID"]


async def test_of_many_errors_twenty_are_told(api: Api) -> None:
    ann = await api.person()
    body = {f"{number}" + "\N{PILE OF POO}" * 100: 1 for number in range(999)}
    answer = await api.post("/posts", ann, json=body)
    problem = answer.json()
    assert (answer.status_code, len(problem["errors"])) == (422, 20)
    assert problem["detail"].endswith("… and 981 more errors.")
    assert len(answer.content) < 16_384


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/users/" + "x" * 4_000, 414),
        ("/posts?q=" + "x" * 33_000, 414),
        ("/posts?" + "&" * 99, 200),
    ],
)
async def test_an_address_has_a_length(api: Api, path: str, status: int) -> None:
    assert (await api.get(path)).status_code == status


async def test_a_body_of_nobody_has_64_kib(api: Api) -> None:
    answer = await api.post("/auth/register", json={"username": "x" * 65_536})
    assert (answer.status_code, "64 KiB" in answer.json()["detail"]) == (413, True)


async def test_a_long_body_with_a_bad_token_is_not_read(api: Api) -> None:
    async def pieces() -> Any:
        raise AssertionError("It was read.")
        yield b""

    headers = JSON | {"Authorization": "Bearer nonsense", "Content-Length": "1000000"}
    answer = await api.post("/posts", content=pieces(), headers=headers)
    assert answer.status_code == 401
    assert answer.json()["type"] == "urn:broadsheet:problem:unauthenticated"
