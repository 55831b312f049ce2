"""nginx in front of a server, with the files of deploy/ as they stand, but for what is replaced."""

import socket
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from ipaddress import ip_address

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509 import (
    CertificateBuilder,
    IPAddress,
    Name,
    NameAttribute,
    SubjectAlternativeName,
    random_serial_number,
)
from cryptography.x509.oid import NameOID
from httpx import Client, HTTPTransport, Response

from interface.http.errors import PROBLEM_JSON, type_of
from tests.harness.nginx_server import NginxServer
from tests.harness.ports import free_port
from tests.support.server import ROOT, Server, serving_in_production

MIB = 1 << 20
NewNginx = Callable[..., NginxServer]
IN_COMPOSE = {
    "METRICS_PUBLIC": "true",
    "ALLOWED_HOSTS": "127.0.0.1,localhost,blog.example",
}
SPELLINGS = (
    "/metrics",
    "/metrics/",
    "//metrics",
    "///metrics//",
    "/./metrics",
    "/x/../metrics",
    "/%2e/metrics",
    "/x/%2e%2e/metrics",
    "/%2fmetrics",
    "/METRICS",
    "/Metrics",
    "/%6detrics",
    "/%6D%65%74%72%69%63%73",
    "/metrics%0a",
    "/metrics%0d%0a",
    "/metrics%20",
    "/metrics%09",
    "/metrics%2f",
    "/metrics%3fx",
    "/metrics%23",
    "/metrics?query",
    "/metrics?",
    "/metrics#top",
    "/metrics;x",
    "/metrics;",
    "/metrics.",
    "/metrics/x",
    "/;/metrics",
    "/%5cmetrics",
    "http://blog.example/metrics",
    "HTTP://blog.example//metrics",
)
NO_ADDRESSES = ("/metrics%00", "/%00/metrics", "/%/metrics", "*")
OTHERS = ("/metrics-of-printing", "/metricsx", "/x/metrics", "/%256detrics")


def deployed(port: int, api: str) -> str:
    """deploy/nginx.conf for here: it listens on 127.0.0.1, and asks a server without Docker."""
    replaced = {
        "listen 80;": f"listen 127.0.0.1:{port};",
        "server api:8000 resolve ": f"server {api} ",
        "    resolver 127.0.0.11 valid=2s;\n": "",
    }
    return replaced_in("nginx.conf", replaced)


def replaced_in(file: str, replaced: dict[str, str]) -> str:
    text = (ROOT / "deploy" / file).read_text()
    for old, new in replaced.items():
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def host_of(server: Server) -> str:
    return server.address.removeprefix("http://")


@pytest.fixture(scope="module")
def blog(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that shows everybody its metrics, as in the compose file."""
    with serving_in_production(tmp_path_factory.mktemp("behind"), **IN_COMPOSE) as server:
        yield server


@pytest.fixture(scope="module")
def nginx(blog: Server, new_module_nginx: NewNginx) -> NginxServer:
    return new_module_nginx(
        files=lambda port: {"conf.d/default.conf": deployed(port, host_of(blog))}
    )


def caller(nginx: NginxServer, number: int) -> Client:
    """Who calls from an address that no other test has the limits of."""
    transport = HTTPTransport(local_address=f"127.0.0.{number}")
    return Client(base_url=f"http://127.0.0.1:{nginx.port}", transport=transport, timeout=30)


def said(port: int, target: str) -> bytes:
    """What is answered to a request for exactly this."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        request = f"GET {target} HTTP/1.1\r\nHost: blog.example\r\nConnection: close\r\n\r\n"
        connection.sendall(request.encode())
        return b"".join(iter(lambda: connection.recv(65_536), b""))


def check_problem(answer: Response, status: HTTPStatus) -> None:
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == PROBLEM_JSON
    expected = {"type": type_of(status.phrase), "title": status.phrase, "status": status}
    assert expected.items() <= answer.json().items()
    assert answer.headers.get_list("X-Content-Type-Options") == ["nosniff"]


def test_what_it_passes_on_is_the_servers(nginx: NginxServer) -> None:
    with caller(nginx, 2) as client:
        answer = client.get("/api/v1/posts").raise_for_status()
        assert answer.headers["Content-Type"] == "application/json"
        assert answer.headers.get_list("X-Content-Type-Options") == ["nosniff"]
        assert "Strict-Transport-Security" not in answer.headers
        assert answer.headers.get("Server") == "nginx", "no version"


def test_json_is_compressed_and_changed_by_its_etag(nginx: NginxServer) -> None:
    with caller(nginx, 8) as client:
        account = {"username": "gzip", "email": "gzip@x.org", "password": "hot off the press"}
        registered = client.post("/api/v1/auth/register", json=account).raise_for_status()
        client.headers["Authorization"] = f"Bearer {registered.json()['access_token']}"
        written = client.post("/api/v1/posts", json={"title": "Long", "body": "Ink. " * 500})
        path = f"/api/v1/posts/{written.json()['id']}"
        read = client.get(path).raise_for_status()
        assert read.headers["Content-Encoding"] == "gzip"
        assert read.headers["Vary"].count("Accept-Encoding") == 1
        etag = read.headers["ETag"]
        assert client.get(path, headers={"If-None-Match": etag}).status_code == 304
        of_version = {"If-Match": etag}
        assert client.patch(path, headers=of_version, json={"title": "New"}).status_code == 200
        assert client.patch(path, headers=of_version, json={"title": "Newer"}).status_code == 412


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_metrics_are_blocked_however_they_are_spelled(nginx: NginxServer, spelling: str) -> None:
    answer = said(nginx.port, spelling)
    assert answer.startswith(b"HTTP/1.1 404 "), answer
    assert b"urn:broadsheet:problem:not-found" in answer
    assert b"There is nothing here." in answer, "it came to the server"


@pytest.mark.parametrize("spelling", [*NO_ADDRESSES, *OTHERS])
def test_metrics_have_no_other_spelling(nginx: NginxServer, spelling: str) -> None:
    assert said(nginx.port, spelling).split()[1] in {b"400", b"404"}


def test_metrics_are_answered_where_nothing_stands_in_front(blog: Server) -> None:
    answer = said(int(host_of(blog).rpartition(":")[2]), "/metrics")
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert b"# HELP broadsheet_" in answer


def first_refused(client: Client, path: str, at_most: int) -> tuple[int, Response]:
    """How many were answered otherwise before the first 429, and that one."""
    for number in range(at_most):
        answer = client.get(path)
        if answer.status_code == HTTPStatus.TOO_MANY_REQUESTS:
            return number, answer
    raise AssertionError(f"{at_most} requests for {path}, and none was refused")


def test_too_many_requests_are_refused_for_their_address_alone(nginx: NginxServer) -> None:
    with caller(nginx, 3) as client, caller(nginx, 4) as other:
        answered, refused = first_refused(client, "/healthz", at_most=5000)
        assert answered > 200
        check_problem(refused, HTTPStatus.TOO_MANY_REQUESTS)
        assert refused.headers["Retry-After"] == "1"
        other.get("/healthz").raise_for_status()


def test_logins_have_a_smaller_limit(nginx: NginxServer) -> None:
    with caller(nginx, 5) as client:
        answered, refused = first_refused(client, "/api/v1/auth/token", at_most=500)
        assert 20 < answered < 200
        check_problem(refused, HTTPStatus.TOO_MANY_REQUESTS)
        client.get("/healthz").raise_for_status()


def test_the_smaller_limit_knows_other_spellings(nginx: NginxServer) -> None:
    answers = (said(nginx.port, "//api/v1/x/../%61uth/token") for _ in range(500))
    assert any(answer.startswith(b"HTTP/1.1 429 ") for answer in answers)


@pytest.mark.parametrize("size", [17 * MIB, 17 * MIB + 1])
def test_a_large_body_is_a_problem(nginx: NginxServer, size: int) -> None:
    with caller(nginx, 6) as client:
        answer = client.post("/api/v1/posts", content=bytes(size))
        check_problem(answer, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)


def test_too_many_connections_are_refused(nginx: NginxServer) -> None:
    head = b"POST /api/v1/posts HTTP/1.1\r\nHost: blog.example\r\nContent-Length: 9\r\n\r\n"
    source = ("127.0.0.7", 0)
    waiting = [socket.create_connection(("127.0.0.1", nginx.port), 30, source) for _ in range(200)]
    try:
        for connection in waiting:
            connection.sendall(head)
        with caller(nginx, 7) as client:
            _, refused = first_refused(client, "/healthz", at_most=50)
    finally:
        for connection in waiting:
            connection.close()
    check_problem(refused, HTTPStatus.TOO_MANY_REQUESTS)


def test_who_stops_in_the_middle_is_let_go(nginx: NginxServer) -> None:
    header = b"POST /api/v1/posts HTTP/1.1\r\nHost: blog.example\r\n"
    halves = (header, header + b"Content-Length: 9\r\n\r\nhalf")
    # nginx itself would wait for a minute
    waiting = [socket.create_connection(("127.0.0.1", nginx.port), 30) for _ in halves]
    for connection, half in zip(waiting, halves, strict=True):
        connection.sendall(half)
    for connection in waiting:
        with connection:
            assert connection.recv(1) == b""


def test_a_server_that_is_gone_is_a_problem(new_module_nginx: NewNginx) -> None:
    nobody = f"127.0.0.1:{free_port()}"
    nginx = new_module_nginx(files=lambda port: {"conf.d/default.conf": deployed(port, nobody)})
    with caller(nginx, 2) as client:
        check_problem(client.get("/api/v1/posts"), HTTPStatus.BAD_GATEWAY)


@dataclass(frozen=True)
class Secured:
    """An nginx with a certificate, and the port where it speaks TLS."""

    nginx: NginxServer
    port: int

    def client(self, context: ssl.SSLContext, number: int = 2) -> Client:
        transport = HTTPTransport(verify=context, local_address=f"127.0.0.{number}")
        return Client(base_url=f"https://127.0.0.1:{self.port}", transport=transport, timeout=30)

    def context(self) -> ssl.SSLContext:
        """What trusts its certificate alone."""
        folder = self.nginx.folder / "certificates"
        return ssl.create_default_context(cafile=folder / "fullchain.pem")


def certificate() -> dict[str, str]:
    """A key, and a certificate for 127.0.0.1 that it signed itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = Name([NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    signed = (
        CertificateBuilder(name, name, key.public_key(), random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(SubjectAlternativeName([IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    as_it_is = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    return {
        "certificates/fullchain.pem": signed.public_bytes(pem).decode(),
        "certificates/privkey.pem": key.private_bytes(pem, *as_it_is).decode(),
    }


@pytest.fixture(scope="module")
def secured(blog: Server, new_module_nginx: NewNginx) -> Secured:
    """deploy/nginx-tls.conf where the compose file puts it."""
    tls_port = free_port()
    with_tls = {"listen 443 ssl;": f"listen 127.0.0.1:{tls_port} ssl;"}

    def files(port: int) -> dict[str, str]:
        return certificate() | {
            "conf.d/default.conf": deployed(port, host_of(blog)),
            "tls/nginx-tls.conf": replaced_in("nginx-tls.conf", with_tls),
        }

    return Secured(new_module_nginx(files=files), tls_port)


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_tls_is_served(secured: Secured, version: ssl.TLSVersion) -> None:
    context = secured.context()
    context.minimum_version = context.maximum_version = version
    with secured.client(context) as client:
        answer = client.get("/api/v1/posts").raise_for_status()
        assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
        assert answer.headers.get_list("X-Content-Type-Options") == ["nosniff"]


def test_what_nginx_answers_by_tls_is_strict_too(secured: Secured) -> None:
    with secured.client(secured.context(), number=3) as client:
        blocked = client.get("/metrics")
        check_problem(blocked, HTTPStatus.NOT_FOUND)
        _, refused = first_refused(client, "/api/v1/auth/token", at_most=500)
        for answer in (blocked, refused):
            assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"


def test_the_server_is_told_of_tls(secured: Secured) -> None:
    name = {"username": "tls", "email": "tls@x.org", "password": "hot off the press"}
    with secured.client(secured.context()) as client:
        client.headers["Host"] = "blog.example"
        token = client.post("/api/v1/auth/register", json=name).raise_for_status().json()
        client.headers["Authorization"] = f"Bearer {token['access_token']}"
        post = client.post("/api/v1/posts", json={"title": "t", "body": "b"}).raise_for_status()
    assert post.headers["Location"].startswith("https://blog.example/")


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1])
@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
def test_older_tls_is_refused(secured: Secured, version: ssl.TLSVersion) -> None:
    context = secured.context()
    # what OpenSSL itself would not offer
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = context.maximum_version = version
    with (
        socket.create_connection(("127.0.0.1", secured.port), timeout=30) as connection,
        pytest.raises(ssl.SSLError, match="protocol version"),
    ):
        context.wrap_socket(connection, server_hostname="127.0.0.1")


@pytest.mark.parametrize("path", ["/", "/api/v1/posts?limit=1", "/metrics"])
def test_who_comes_without_tls_is_led_to_it(secured: Secured, path: str) -> None:
    with caller(secured.nginx, 2) as client:
        answer = client.post(path, headers={"Host": "blog.example"})
    assert answer.status_code == HTTPStatus.PERMANENT_REDIRECT
    assert answer.headers["Location"] == f"https://blog.example{path}"
    assert "Strict-Transport-Security" not in answer.headers
