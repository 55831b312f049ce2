"""Behind a proxy: whose word is taken for where a caller is, and how they reached us."""

import json
from pathlib import Path

import pytest
from httpx import Client, HTTPTransport, Response

from tests.support.server import Server, serving

REGISTRATION = {"username": "ann", "email": "ann@x.org", "password": "hot off the press"}
FORWARDED = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https"}
IN_PRODUCTION = {
    "ENVIRONMENT": "production",
    "JWT_SECRET": "a secret that is long enough for HS256",
}


def create_post(server: Server, by_way_of: str) -> Response:
    """Write a post through a proxy at an address of this machine."""
    transport = HTTPTransport(local_address=by_way_of)
    with Client(base_url=server.address, transport=transport, headers=FORWARDED) as client:
        answer = client.post("/api/v1/auth/register", json=REGISTRATION).raise_for_status()
        signed_in = {"Authorization": f"Bearer {answer.json()['access_token']}"}
        post = client.post("/api/v1/posts", json={"title": "t", "body": "b"}, headers=signed_in)
        return post.raise_for_status()


def clients_in_log(server: Server, path: str) -> set[str]:
    lines = [json.loads(line) for line in server.log.read_text().splitlines()]
    return {line["client"] for line in lines if line.get("path") == path}


@pytest.mark.parametrize(
    ("proxy", "settings"),
    [("127.0.0.1", {}), ("127.0.0.2", {"FORWARDED_ALLOW_IPS": "127.0.0.2"})],
)
def test_a_trusted_proxy_says_who_calls_and_how(
    tmp_path: Path, proxy: str, settings: dict[str, str]
) -> None:
    with serving(tmp_path, **IN_PRODUCTION, **settings) as server:
        post = create_post(server, proxy)
        assert post.headers["Location"].startswith("https://127.0.0.1:")
    assert clients_in_log(server, "/api/v1/posts") == {"203.0.113.9"}


def test_nobody_elses_word_is_taken(tmp_path: Path) -> None:
    with serving(tmp_path, **IN_PRODUCTION) as server:
        post = create_post(server, "127.0.0.2")
        assert post.headers["Location"].startswith("http://127.0.0.1:")
    assert clients_in_log(server, "/api/v1/posts") == {"127.0.0.2"}


def test_who_comes_through_the_proxy_gets_no_metrics(tmp_path: Path) -> None:
    with serving(tmp_path) as server, Client(base_url=server.address) as client:
        assert client.get("/metrics").status_code == 200
        assert client.get("/metrics", headers=FORWARDED).status_code == 404
        # what the caller itself sent stands before what the proxy adds
        forged = FORWARDED | {"X-Forwarded-For": "127.0.0.1, 203.0.113.9"}
        assert client.get("/metrics", headers=forged).status_code == 404
