"""Connections to a real server: what is slow, large or too much is refused, and nothing else is."""

import json
import socket
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from resource import RLIMIT_NOFILE, getrlimit, prlimit, setrlimit
from time import monotonic, sleep

import pytest
from httpx import Client

from interface.http.arrival import HEAD_SECONDS, SILENT_SECONDS, STUCK_SECONDS, Arrival
from interface.http.connections import HEAD_BYTES, HEAD_LINES
from interface.http.open_files import CONNECTIONS, OTHER_FILES
from tests.support.server import Server, serving

GET = b"GET /api/v1/posts HTTP/1.1\r\nHost: localhost\r\n"
POST = (
    b"POST /api/v1/auth/register HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
)
CHUNKED = POST + b"Transfer-Encoding: chunked\r\n\r\n"
ACCOUNT = {"username": "slow", "email": "slow@example.com", "password": "hot off the press"}
TIMEOUT_SECONDS = 2 * HEAD_SECONDS


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("connected")) as server:
        yield server


def connected(server: Server, sent: bytes = b"") -> socket.socket:
    host, port = server.address.removeprefix("http://").split(":")
    connection = socket.create_connection((host, int(port)), timeout=TIMEOUT_SECONDS)
    connection.sendall(sent)
    return connection


def said(connection: socket.socket) -> bytes:
    """Read until the server closes."""
    found = b""
    with suppress(ConnectionResetError):
        while piece := connection.recv(65_536):
            found += piece
    return found


def status(answer: bytes) -> int:
    head, _, content = answer.partition(b"\r\n\r\n")
    assert b"application/problem+json" in head
    found: int = json.loads(content)["status"]
    assert head.startswith(b"HTTP/1.1 %d " % found)
    return found


def test_connections_that_send_nothing_more_are_closed(server: Server) -> None:
    kept_alive = GET + b"\r\n"
    kinds = {
        b"": 408,
        b"GET /api": 408,
        GET + b"X-Half: a": 408,
        POST + b"Content-Length: 500\r\n\r\n{": 408,
        POST + b"Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n": 408,
        kept_alive + b"\r\n": 200,
        kept_alive + b"GET /": 200,
    }
    with ExitStack() as held:
        began = monotonic()
        many = [*kinds] * 100
        opened = [(kind, held.enter_context(connected(server, kind))) for kind in many]
        answers = {(kind, said(connection)[:12]) for kind, connection in opened}
        assert monotonic() - began < max(HEAD_SECONDS, SILENT_SECONDS) + 5
    assert answers == {(kind, b"HTTP/1.1 %d" % number) for kind, number in kinds.items()}


def test_a_slow_but_steady_body_is_taken(server: Server) -> None:
    content = json.dumps(ACCOUNT).encode()
    content += b" " * (SILENT_SECONDS * 1_500)
    head = POST + b"Connection: close\r\nContent-Length: %d\r\n\r\n" % len(content)
    with connected(server, head) as connection:
        began = monotonic()
        for begin in range(0, len(content), 600):
            connection.sendall(content[begin : begin + 600])
            # so slow is the network of this caller
            sleep(0.5)
        assert monotonic() - began > SILENT_SECONDS
        assert said(connection).startswith(b"HTTP/1.1 201 ")


@pytest.mark.parametrize(
    "lines",
    [
        b"X-Large: " + b"x" * HEAD_BYTES + b"\r\n\r\n",
        b"X-Large: " + b"x" * 20 * HEAD_BYTES,
        b"X-Line: 1\r\n" * (HEAD_LINES + 1) + b"\r\n",
        b"X-Line: 1\r\n" * 100_000,
    ],
)
def test_a_head_has_limits(server: Server, lines: bytes) -> None:
    with connected(server) as connection:
        with suppress(BrokenPipeError, ConnectionResetError):
            connection.sendall(GET + lines)
        answer = said(connection)
    # a reset may overtake the answer where the server closed while more was on its way
    assert not answer or status(answer) == 431


@pytest.mark.parametrize(
    "sent",
    [
        b"0\r\n" + b"X-Line: 1\r\n" * 100_000,
        b"0\r\nX-Large: " + b"x" * 20 * HEAD_BYTES,
        b"1;" + b"x" * 20 * HEAD_BYTES,
    ],
)
def test_what_stands_between_the_parts_of_a_body_has_limits(server: Server, sent: bytes) -> None:
    with connected(server, CHUNKED + b"1\r\n{\r\n") as connection:
        with suppress(BrokenPipeError, ConnectionResetError):
            connection.sendall(sent)
        began = monotonic()
        answer = said(connection)
    assert monotonic() - began < SILENT_SECONDS / 2
    # a reset may overtake the answer where the server closed while more was on its way
    assert not answer or status(answer) == 400


def test_many_small_parts_of_a_body_are_taken(server: Server) -> None:
    content = json.dumps(ACCOUNT | {"username": "parted", "email": "parted@example.com"})
    parts = "".join(f"1;{'x' * 1000}\r\n{byte}\r\n" for byte in content)
    assert len(parts) > HEAD_BYTES
    head = CHUNKED.replace(b"\r\n", b"\r\nConnection: close\r\n", 1)
    with connected(server, head + parts.encode() + b"0\r\n\r\n") as connection:
        assert said(connection).startswith(b"HTTP/1.1 201 ")


def test_trailers_are_dropped(server: Server) -> None:
    account = ACCOUNT | {"username": "trailing", "email": "trailing@example.com"}
    with Client(base_url=f"{server.address}/api/v1") as client:
        token = client.post("/auth/register", json=account).json()["access_token"].encode()
    post = b'{"title": "t", "body": "b"}'
    sent = CHUNKED.replace(b"/auth/register", b"/posts") + b"%x\r\n%s\r\n" % (len(post), post)
    with connected(server, sent + b"0\r\nAuthorization: Bearer " + token + b"\r\n\r\n") as one:
        assert one.recv(65_536).startswith(b"HTTP/1.1 401 ")


@pytest.mark.parametrize("second", [b"\r\nX-More: ", b""], ids=["lines", "line"])
def test_a_head_in_pieces_has_the_same_limit(server: Server, second: bytes) -> None:
    half = b"x" * (HEAD_BYTES - 4_000)
    with connected(server, GET + b"X-Large: " + half) as connection:
        # the server reads the first piece
        sleep(0.5)
        connection.sendall(second + half + b"\r\n\r\n")
        assert status(said(connection)) == 431


BODIES = {
    "another body": POST + b"Content-Length: 100000\r\n\r\n" + b" " * 100_000,
    "many requests": (GET + b"X-Long: " + b"x" * 1_000 + b"\r\n\r\n") * 80,
}


@pytest.mark.parametrize("before", BODIES.values(), ids=BODIES)
def test_a_body_may_come_after_its_head(server: Server, before: bytes) -> None:
    content = json.dumps(ACCOUNT | {"username": "later", "email": "later@example.com"}).encode()
    head = POST.replace(b"\r\n", b"\r\nConnection: close\r\n", 1)
    with connected(server, before + head + b"Content-Length: %d\r\n\r\n" % len(content)) as one:
        sleep(0.5)
        one.sendall(content)
        answers = said(one)
    assert b" 400 Bad Request" not in answers
    assert answers.count(b"HTTP/1.1 ") == 1 + before.count(b"HTTP/1.1")


def test_a_malformed_body_is_told(server: Server) -> None:
    with connected(server, CHUNKED + b"1\r\n{\r\n") as connection:
        sleep(0.2)
        connection.sendall(b"not a size\r\n")
        assert status(said(connection)) == 400


def test_an_answer_of_which_nothing_is_taken_is_given_up() -> None:
    arrival = Arrival()
    assert not arrival.is_answer_stuck(24_000, 100)
    assert not arrival.is_answer_stuck(24_000, 100 + STUCK_SECONDS)
    assert arrival.is_answer_stuck(24_000, 101 + STUCK_SECONDS)
    # all was taken; another answer waits at the same number of bytes
    assert not arrival.is_answer_stuck(0, 200)
    assert not arrival.is_answer_stuck(24_000, 400)


def test_what_comes_with_a_head_is_not_counted_to_it(server: Server) -> None:
    content = b'{"username": "' + b"x" * 60_000 + b'"}'
    request = POST + b"Content-Length: %d\r\n" % len(content)
    with connected(server, request + b"X-Long: " + b"x" * 20_000 + b"\r\n\r\n" + content) as one:
        one.settimeout(5)
        assert one.recv(65_536).startswith(b"HTTP/1.1 422 ")


def test_requests_in_a_pipeline_are_all_answered(server: Server) -> None:
    last = GET + b"Connection: close\r\n\r\n"
    with connected(server, (GET + b"\r\n") * 20 + last) as connection:
        assert said(connection).count(b"HTTP/1.1 200 OK") == 21


def test_what_is_no_request_gets_a_problem(server: Server) -> None:
    with connected(server, b"NONSENSE\r\n\r\n") as connection:
        assert status(said(connection)) == 400


def test_a_process_has_a_number_of_connections(server: Server) -> None:
    with ExitStack() as held:
        for _ in range(CONNECTIONS):
            held.enter_context(connected(server))
        one_more = held.enter_context(connected(server))
        answer = said(one_more)
        assert (status(answer), b"retry-after: 1" in answer) == (503, True)
    with Client(base_url=server.address) as client:
        assert client.get("/api/v1/posts").status_code == 200


def test_a_process_may_open_as_many_files_as_its_connections_need(tmp_path: Path) -> None:
    soft, hard = getrlimit(RLIMIT_NOFILE)
    setrlimit(RLIMIT_NOFILE, (1024, hard))
    try:
        with serving(tmp_path) as server:
            assert prlimit(server.process.pid, RLIMIT_NOFILE)[0] >= CONNECTIONS + OTHER_FILES
    finally:
        setrlimit(RLIMIT_NOFILE, (soft, hard))


def test_a_process_that_may_open_few_files_holds_fewer_connections(tmp_path: Path) -> None:
    with serving(tmp_path) as server, ExitStack() as held:
        prlimit(server.process.pid, RLIMIT_NOFILE, (OTHER_FILES + 5,) * 2)
        for _ in range(5):
            held.enter_context(connected(server))
        assert status(said(held.enter_context(connected(server)))) == 503
