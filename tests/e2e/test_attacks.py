"""Requests that were made to hold up a process: others read on meanwhile, and it does not grow."""

import json
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from time import monotonic
from typing import Any
from urllib.parse import quote

import pytest
from httpx import Client, Response

from core.config import Settings
from tests.support.hits import hits_on
from tests.support.machine import slowness
from tests.support.server import Server, serving
from tests.support.settings import environment_of

pytestmark = pytest.mark.timing

P99_SECONDS = 0.05
ATTACKED_SECONDS = 3
GROWTH_BYTES = 32 * 2**20
REFUSAL_BYTES = 16_384
PASSWORD = "hot off the press"
JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True)
class Blog:
    """A server, and somebody with an account on it."""

    server: Server
    client: Client
    headers: dict[str, str]


@pytest.fixture(scope="module")
def blog(mysql_settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Blog]:
    folder = tmp_path_factory.mktemp("attacked")
    with (
        serving(folder, **environment_of(mysql_settings)) as server,
        Client(base_url=f"{server.address}/api/v1", timeout=60) as client,
    ):
        account = {"username": "mallory", "email": "m@example.com", "password": PASSWORD}
        answer = client.post("/auth/register", json=account).raise_for_status()
        token = answer.json()["access_token"]
        yield Blog(server, client, {"Authorization": f"Bearer {token}"})


@dataclass(frozen=True)
class Attack:
    """A request that is made before it is sent, so that nothing but its answer takes time."""

    method: str
    path: str
    content: bytes
    status: int
    headers: dict[str, str] | None = None  # None: an account's

    def sent_to(self, blog: Blog) -> Response:
        headers = JSON | (blog.headers if self.headers is None else self.headers)
        return blog.client.request(self.method, self.path, content=self.content, headers=headers)


def tags_of_marks() -> Attack:
    post = {"title": "t", "body": "b", "tags": ["a" + "\u0301\u0316" * 32_000]}
    return Attack("POST", "/posts", encoded(post), 422)


def name_of_marks() -> Attack:
    return Attack("GET", "/users/" + quote("a" + "\u0301\u0316" * 1_900), b"", 404, {})


def unknown_keys() -> Attack:
    keys = {f"k{number}": 1 for number in range(180_000)}
    return Attack("POST", "/auth/register", encoded(keys), 413, {})


def few_unknown_keys() -> Attack:
    keys = {f"k{number}": 1 for number in range(999)}
    return Attack("POST", "/auth/register", encoded(keys), 422, {})


def unknown_keys_of_an_account() -> Attack:
    return replace(unknown_keys(), path="/posts", headers=None)


def unknown_parameters() -> Attack:
    query = "&".join(f"a{number}" for number in range(8_000))
    return Attack("GET", f"/posts?{query}", b"", 414, {})


def nested_by_nobody() -> Attack:
    return replace(nested_by_an_account(), status=401, headers={"Authorization": "Bearer x"})


def nested_by_an_account() -> Attack:
    return Attack("POST", "/posts/bulk", b"[" + b"[]," * 5_592_000 + b"[]]", 413)


def nested_in_utf_16() -> Attack:
    content = ("[" + "\u2200[]," * 200_000 + "[]]").encode("utf-16")
    return Attack("POST", "/posts", content, 400)


def unknown_keys_in_a_bulk() -> Attack:
    operation = {"op": "create"} | {f"k{number}": 1 for number in range(29_000)}
    return Attack("POST", "/posts/bulk", encoded({"operations": [operation]}), 422)


def ligatures() -> Attack:
    return Attack("POST", "/posts", encoded({"title": "t", "body": "\ufdfa" * 349_525}), 201)


def unseen() -> Attack:
    return Attack("POST", "/posts", encoded({"title": "t", "body": "a" + "\u200b" * 349_520}), 201)


def many_words() -> Attack:
    words = " ".join(f"w{number}" for number in range(130_000))
    return Attack("POST", "/posts", encoded({"title": "t", "body": words}), 201)


def encoded(body: dict[str, Any]) -> bytes:
    return json.dumps(body, ensure_ascii=False).encode()


ATTACKS = (
    tags_of_marks,
    name_of_marks,
    unknown_keys,
    few_unknown_keys,
    unknown_keys_of_an_account,
    unknown_parameters,
    nested_by_nobody,
    nested_by_an_account,
    nested_in_utf_16,
    unknown_keys_in_a_bulk,
    ligatures,
    unseen,
    many_words,
)


@pytest.mark.parametrize("made", ATTACKS)
def test_others_read_while_it_is_answered(blog: Blog, made: Callable[[], Attack]) -> None:
    attack = made()
    answer = checked(blog, attack)
    assert answer.status_code == attack.status
    assert answer.is_success or len(answer.content) < REFUSAL_BYTES


def checked(blog: Blog, attack: Attack) -> Response:
    blog.client.get("/posts").raise_for_status()
    before = memory(blog.server, "VmRSS")
    Path(f"/proc/{blog.server.process.pid}/clear_refs").write_text("5")
    until = monotonic() + ATTACKED_SECONDS
    with hits_on(blog.server.address, "/api/v1/posts") as hits:
        answer = attack.sent_to(blog)
        while monotonic() < until:
            attack.sent_to(blog)
    assert hits.statuses == {b"200"}
    assert hits.p99 < P99_SECONDS * slowness(), sorted(hits.seconds)[-5:]
    assert memory(blog.server, "VmHWM") - before < GROWTH_BYTES
    return answer


def memory(server: Server, name: str) -> int:
    lines = Path(f"/proc/{server.process.pid}/status").read_text().splitlines()
    [line] = [line for line in lines if line.startswith(f"{name}:")]
    return int(line.split()[1]) * 1024


def test_logins_whose_callers_have_gone_hold_up_nobody(blog: Blog) -> None:
    host, port = blog.server.address.removeprefix("http://").split(":")
    form = f"username=mallory&password={quote(PASSWORD)}".encode()
    head = (
        "POST /api/v1/auth/token HTTP/1.1\r\nHost: x\r\n"
        f"Content-Length: {len(form)}\r\nContent-Type: application/x-www-form-urlencoded\r\n\r\n"
    ).encode()

    def call_and_leave(_: int) -> None:
        with socket.create_connection((host, int(port))) as connection:
            connection.sendall(head + form)

    with ThreadPoolExecutor(30) as callers:
        list(callers.map(call_and_leave, range(300)))
    began = monotonic()
    assert logged_in(blog).status_code == 200
    assert monotonic() - began < 1


def test_logins_at_once_from_one_address_are_told_to_come_back(blog: Blog) -> None:
    with ThreadPoolExecutor(90) as callers:
        answers = list(callers.map(lambda _: logged_in(blog), range(300)))
    refused = [answer for answer in answers if answer.status_code == 429]
    assert {answer.status_code for answer in answers} == {200, 429}
    assert {answer.headers["Retry-After"] for answer in refused} == {"1"}
    assert logged_in(blog).status_code == 200


def logged_in(blog: Blog) -> Response:
    return blog.client.post("/auth/token", data={"username": "mallory", "password": PASSWORD})
