"""Behind a proxy: whose word is taken for where a caller is, and how they reached us."""

import json
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from httpx import Client, HTTPTransport, Response

from tests.harness.waiting import wait_until
from tests.support.server import Server, serving_in_production

FORWARDED = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https"}


def create_post(server: Server, by_way_of: str) -> Response:
    """Write a post through a proxy at an address of this machine."""
    transport = HTTPTransport(local_address=by_way_of)
    with Client(base_url=server.address, transport=transport, headers=FORWARDED) as client:
        name = f"u{uuid4().hex[:8]}"
        registration = {"username": name, "email": f"{name}@x.org", "password": "hot off the press"}
        answer = client.post("/api/v1/auth/register", json=registration).raise_for_status()
        authenticated = {"Authorization": f"Bearer {answer.json()['access_token']}"}
        post = client.post("/api/v1/posts", json={"title": "t", "body": "b"}, headers=authenticated)
        return post.raise_for_status()


def client_in_log(server: Server, answer: Response) -> str:
    """Who asked for it, once the log says so: it does after the answer has gone out."""
    wait_until(lambda: bool(lines_of(server, answer)), "the request is in the log")
    [line] = lines_of(server, answer)
    client: str = line["client"]
    return client


def lines_of(server: Server, answer: Response) -> list[dict[str, str]]:
    mine = answer.headers["X-Request-ID"]
    lines = [line for line in server.log.read_text().splitlines(keepends=True) if mine in line]
    return [json.loads(line) for line in lines if line.endswith("\n")]


@pytest.fixture(scope="module")
def blog(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with the settings that it comes with."""
    with serving_in_production(tmp_path_factory.mktemp("proxied")) as server:
        yield server


def test_a_proxy_on_this_machine_says_who_calls_and_how(blog: Server) -> None:
    check_believed(blog, "127.0.0.1")


def test_a_proxy_that_is_named_says_who_calls_and_how(tmp_path: Path) -> None:
    with serving_in_production(tmp_path, FORWARDED_ALLOW_IPS="127.0.0.2") as server:
        check_believed(server, "127.0.0.2")


def check_believed(server: Server, proxy: str) -> None:
    post = create_post(server, proxy)
    assert post.headers["Location"].startswith("https://127.0.0.1:")
    assert client_in_log(server, post) == "203.0.113.9"


def test_nobody_elses_word_is_taken(blog: Server) -> None:
    post = create_post(blog, "127.0.0.2")
    assert post.headers["Location"].startswith("http://127.0.0.1:")
    assert client_in_log(blog, post) == "127.0.0.2"


def test_who_comes_through_the_proxy_gets_no_metrics(blog: Server) -> None:
    with Client(base_url=blog.address) as client:
        assert client.get("/metrics").status_code == 200
        assert client.get("/metrics", headers=FORWARDED).status_code == 404
        # what the caller itself sent stands before what the proxy adds
        forged = FORWARDED | {"X-Forwarded-For": "127.0.0.1, 203.0.113.9"}
        assert client.get("/metrics", headers=forged).status_code == 404
