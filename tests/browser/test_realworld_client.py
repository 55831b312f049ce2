"""A client of the RealWorld API in a real browser, from another origin: every call of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.support.server import serving

CALL = "([api, method, path, token, body]) => call(api, method, path, token, body)"


class Files(SimpleHTTPRequestHandler):
    """Serves files, and logs nothing."""

    def log_message(self, *args: Any) -> None:
        """Log nothing."""


@pytest.fixture(scope="module")
def origin() -> Iterator[str]:
    """Where the client is served: another origin than the API's."""
    files = partial(Files, directory=str(Path(__file__).parent))
    with ThreadingHTTPServer(("127.0.0.1", 0), files) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@dataclass(frozen=True)
class Client:
    """The page of the client, and the API that it calls."""

    page: Page
    api: str

    def call(
        self, method: str, path: str, token: str | None = None, body: Any = None
    ) -> tuple[int, Any]:
        """Return the status and the body, as the page may read them."""
        answer = self.page.evaluate(CALL, [self.api, method, path, token, body])
        return answer["status"], answer["body"]

    def told(self, method: str, path: str, token: str | None = None, body: Any = None) -> Any:
        """Return the body of a call that succeeds."""
        status, answer = self.call(method, path, token, body)
        assert status < 300, answer
        return answer

    def register(self, name: str) -> str:
        """Return the token of a new account."""
        user = {"username": name, "email": f"{name}@x.org", "password": "hot off the press"}
        return str(self.told("POST", "/users", body={"user": user})["user"]["token"])


@pytest.fixture(scope="module")
def client(
    browser: Browser, origin: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Client]:
    """The client on a page of its own, and a server that allows its origin."""
    with serving(tmp_path_factory.mktemp("api"), CORS_ORIGINS=origin) as server:
        page = browser.new_page()
        page.goto(f"{origin}/client.html")
        yield Client(page, f"{server.address}/api")
        page.close()


def test_an_account(client: Client) -> None:
    token = client.register("ann")
    credentials = {"email": "ann@x.org", "password": "hot off the press"}
    logged_in = client.told("POST", "/users/login", body={"user": credentials})["user"]
    assert logged_in["username"] == "ann"
    change = {"bio": "Prints.", "image": "https://x.org/ann.png"}
    assert client.told("PUT", "/user", token, {"user": change})["user"]["bio"] == "Prints."
    user = client.told("GET", "/user", logged_in["token"])["user"]
    assert (user["email"], user["image"]) == ("ann@x.org", "https://x.org/ann.png")


def test_an_article_from_its_writing_to_its_end(client: Client) -> None:
    writer, reader = client.register("writer"), client.register("reader")
    article = {"title": "Stop", "description": "A misprint", "body": "!", "tagList": ["b", "a"]}
    slug = client.told("POST", "/articles", writer, {"article": article})["article"]["slug"]
    assert client.told("GET", "/tags")["tags"] == ["a", "b"]
    changed = client.told("PUT", f"/articles/{slug}", writer, {"article": {"title": "Go on"}})
    assert (changed["article"]["slug"], changed["article"]["tagList"]) == ("go-on", ["b", "a"])
    assert client.told("GET", f"/articles/{slug}")["article"] == changed["article"]
    assert client.told("POST", "/profiles/writer/follow", reader)["profile"]["following"]
    assert client.told("POST", "/articles/go-on/favorite", reader)["article"]["favoritesCount"] == 1
    for path in ("?favorited=reader", "?author=writer", "?tag=a", "/feed?limit=5&offset=0"):
        found = client.told("GET", f"/articles{path}", reader)
        assert found["articlesCount"] == 1
        [shown] = found["articles"]
        assert (shown["favorited"], shown["author"]["following"]) == (True, True)
    comment = {"comment": {"body": "Well spotted."}}
    said = client.told("POST", "/articles/go-on/comments", reader, comment)["comment"]
    assert client.told("GET", "/articles/go-on/comments")["comments"] == [
        said | {"author": said["author"] | {"following": False}}
    ]
    client.told("DELETE", f"/articles/go-on/comments/{said['id']}", reader)
    assert client.told("GET", "/articles/go-on/comments")["comments"] == []
    client.told("DELETE", "/articles/go-on/favorite", reader)
    assert not client.told("DELETE", "/profiles/writer/follow", reader)["profile"]["following"]
    assert client.told("GET", "/profiles/writer", reader)["profile"]["username"] == "writer"
    client.told("DELETE", "/articles/go-on", writer)
    assert client.call("GET", "/articles/go-on", writer)[0] == 404


REFUSED: list[tuple[str, str, str | None, Any, int, dict[str, list[str]]]] = [
    ("GET", "/user", None, None, 401, {"token": ["is missing"]}),
    ("GET", "/user", "broken", None, 401, {"token": ["is invalid"]}),
    ("GET", "/articles/none", None, None, 404, {"article": ["not found"]}),
    ("GET", "/profiles/none", None, None, 404, {"profile": ["not found"]}),
    ("GET", "/nowhere", None, None, 404, {"address": ["not found"]}),
    (
        "POST",
        "/users/login",
        None,
        {"user": {"email": "none@x.org", "password": "wrong word"}},
        401,
        {"credentials": ["invalid"]},
    ),
    (
        "POST",
        "/users",
        None,
        {"user": {"username": "", "email": "e@x.org", "password": "hot off the press"}},
        422,
        {"username": ["can't be blank"]},
    ),
]


@pytest.mark.parametrize(("method", "path", "token", "body", "status", "faults"), REFUSED)
def test_what_is_refused_can_be_read(
    client: Client,
    method: str,
    path: str,
    token: str | None,
    body: Any,
    status: int,
    faults: dict[str, list[str]],
) -> None:
    """A browser shows an answer without the headers of CORS to nobody."""
    assert client.call(method, path, token, body) == (status, {"errors": faults})


def test_a_method_that_is_not_there_can_be_read(client: Client) -> None:
    status, answer = client.call("PATCH", "/tags", None, {})
    assert (status, list(answer["errors"])) == (405, ["method"])
