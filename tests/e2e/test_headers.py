"""Headers that protect callers, on every answer; and whom to tell of a hole."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.client import HTTPResponse
from pathlib import Path
from socket import create_connection
from urllib.parse import urlsplit

import pytest
from httpx import Client, Response

from tests.support.server import Server, serving

BY_TLS = {
    "PUBLIC_URL": "https://blog.test",
    "SECURITY_CONTACT": "mailto:security@blog.test",
}
YEAR = "max-age=31536000"
# the second answer of a list is the front's
ADDRESSES = (
    "/",
    "/healthz",
    "/readyz",
    "/metrics",
    "/openapi.json",
    "/docs",
    "/docs/files/swagger-ui.css",
    "/docs/files/none.js",
    "/.well-known/security.txt",
    "/nothing",
    "/api/v1/posts",
    "/api/v1/posts",
    "/api/v1/posts?limit=x",
    "/api/v1/posts/none",
    "/api/v1/users/me",
    f"/{'x' * 5000}",
    "/api/v1/mails/unsubscribe?token=x",
)
MALFORMED = b"nonsense\r\n\r\n"


@pytest.fixture(scope="module")
def by_tls(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("by_tls"), **BY_TLS) as server:
        yield server


@pytest.fixture(scope="module")
def in_the_clear(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("clear"), PUBLIC_URL="http://blog.test") as server:
        yield server


def answers(server: Server) -> Iterator[Response]:
    with Client(base_url=server.address) as client:
        for address in ADDRESSES:
            yield client.get(address)
        yield client.head("/api/v1/posts")
        yield client.post("/api/v1/posts", json={})
        yield client.put("/api/v1/posts")


def answer_to_nonsense(server: Server) -> HTTPResponse:
    with create_connection(("127.0.0.1", urlsplit(server.address).port or 0)) as connection:
        connection.sendall(MALFORMED)
        answer = HTTPResponse(connection)
        answer.begin()
        return answer


def test_every_answer_forbids_to_guess_at_types_and_to_leave_tls(by_tls: Server) -> None:
    statuses = set()
    for answer in answers(by_tls):
        assert answer.headers.get_list("X-Content-Type-Options") == ["nosniff"], answer.url
        assert answer.headers.get_list("Strict-Transport-Security") == [YEAR], answer.url
        statuses.add(answer.status_code)
    assert statuses >= {200, 401, 404, 405, 414, 422}
    refused = answer_to_nonsense(by_tls)
    assert refused.status == 400
    assert refused.headers.get_all("Strict-Transport-Security") == [YEAR]
    assert refused.headers.get_all("X-Content-Type-Options") == ["nosniff"]


def test_the_front_says_so_too(by_tls: Server) -> None:
    with Client(base_url=by_tls.address) as client:
        hits = [client.get("/api/v1/tags") for _ in range(3)][1:]
    for hit in hits:
        assert hit.headers["X-Cache"] == "HIT"
        assert hit.headers.get_list("Strict-Transport-Security") == [YEAR]


def test_without_tls_nothing_is_said_of_it(in_the_clear: Server) -> None:
    for answer in answers(in_the_clear):
        assert answer.headers.get_list("X-Content-Type-Options") == ["nosniff"], answer.url
        assert "Strict-Transport-Security" not in answer.headers, answer.url
    assert "Strict-Transport-Security" not in answer_to_nonsense(in_the_clear).headers


def test_it_is_said_whom_to_tell_of_a_hole(by_tls: Server) -> None:
    with Client(base_url=by_tls.address) as client:
        answer = client.get("/.well-known/security.txt")
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    fields = dict(line.split(": ", 1) for line in answer.text.splitlines())
    assert fields.keys() == {"Contact", "Expires", "Canonical"}
    assert fields["Contact"] == "mailto:security@blog.test"
    assert fields["Canonical"] == "https://blog.test/.well-known/security.txt"
    left = datetime.fromisoformat(fields["Expires"]) - datetime.now(UTC)
    assert timedelta(days=30) < left < timedelta(days=365)


def test_where_nobody_is_named_there_is_no_such_file(in_the_clear: Server) -> None:
    with Client(base_url=in_the_clear.address) as client:
        answer = client.get("/.well-known/security.txt")
    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "application/problem+json")


def test_it_is_told_without_tls_too(tmp_path: Path) -> None:
    contact = "https://blog.test/security"
    with serving(tmp_path, SECURITY_CONTACT=contact) as server, Client() as client:
        said = client.get(f"{server.address}/.well-known/security.txt").text
    assert said.startswith(f"Contact: {contact}\nExpires: ")
    assert "Canonical" not in said
