"""TLS to MySQL: what is encrypted, and which server is refused, by real certificates."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from time import sleep
from uuid import uuid4

import pymysql  # type: ignore[import-untyped,unused-ignore]
import pytest
from httpx import Client
from sqlalchemy import create_engine, text
from sqlalchemy.ext.asyncio import AsyncEngine

from core.addresses import result_backend
from infra.database.engines import probe_engine, read_engine, write_engine
from tests.e2e.command_line import CommandLine
from tests.harness.mysql import MySQLPair, MySQLServer
from tests.harness.mysql_data import PASSWORD, USER
from tests.harness.mysql_programs import MySQLProgram
from tests.harness.waiting import wait_until
from tests.support.certificates import Authority
from tests.support.server import serving
from tests.support.settings import SECRET, settings_for

CIPHER = text("SHOW STATUS LIKE 'Ssl_cipher'")
HERE = "127.0.0.1"
A_DAY, A_MOMENT = timedelta(days=1), timedelta(seconds=2)
ANN = {"email": "ann@x.org", "password": "hot off the press"}


@pytest.fixture(scope="module")
def pair(new_module_mysql_pair: Callable[..., MySQLPair]) -> MySQLPair:
    """Servers of this module, with a user who is let in by TLS alone."""
    pair = new_module_mysql_pair()
    pair.primary.execute(f"CREATE USER tls@'{HERE}' IDENTIFIED BY 'test' REQUIRE SSL")
    pair.primary.execute(f"GRANT ALL ON *.* TO tls@'{HERE}'")
    pair.replicas[0].wait_until_caught_up()
    return pair


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


def present(
    server: MySQLServer, authority: Authority, name: str = HERE, good_for: timedelta = A_DAY
) -> None:
    """Let a server show a certificate of this authority from now on."""
    certificate, key = authority.issue(name, good_for)
    server.execute(
        f"SET GLOBAL ssl_ca = '{authority.file}', ssl_cert = '{certificate}', ssl_key = '{key}'"
    )
    server.execute("ALTER INSTANCE RELOAD TLS")


def verified(authority: Authority) -> dict[str, str]:
    return {"DATABASE_TLS": "verify", "DATABASE_TLS_CA": str(authority.file)}


def environment(pair: MySQLPair) -> dict[str, str]:
    return {
        "DATABASE_URL": f"{HERE}:{pair.primary.port}",
        "DATABASE_REPLICA_URL": f"{HERE}:{pair.replicas[0].port}",
        "DATABASE_USERNAME": "tls",
        "DATABASE_PASSWORD": "test",
        "DATABASE_NAME": f"blog_{uuid4().hex[:8]}",
        "JWT_SECRET": SECRET,
    }


async def ciphers(engines: list[AsyncEngine]) -> list[str]:
    found = []
    for engine in engines:
        async with engine.connect() as connection:
            found.append((await connection.execute(CIPHER)).one().Value)
        await engine.dispose()
    return found


@pytest.mark.parametrize("mode", ["off", "required", "verify"])
async def test_connections_are_encrypted_as_is_set(
    pair: MySQLPair, authority: Authority, mode: str
) -> None:
    present(pair.primary, authority)
    of_verify = {"database_tls_ca": str(authority.file)} if mode == "verify" else {}
    url = settings_for(pair.primary.url("mysql"), database_tls=mode, **of_verify).primary
    made = [write_engine(url, track_positions=True), read_engine(url), probe_engine(url)]
    assert [bool(cipher) for cipher in await ciphers(made)] == [mode != "off"] * 3


@pytest.mark.parametrize("mode", ["required", "verify"])
def test_all_connections_of_a_server_are_encrypted(
    pair: MySQLPair, authority: Authority, tmp_path: Path, mode: str
) -> None:
    """By a user whom MySQL lets in by TLS alone: of migrations, pools, checks and the watch."""
    for mysql in (pair.primary, *pair.replicas):
        present(mysql, authority)
    settings = environment(pair) | (verified(authority) if mode == "verify" else {})
    settings |= {"DATABASE_TLS": mode}
    done = CommandLine(tmp_path).run("migrate", **settings)
    assert done.returncode == 0, done.stderr
    pair.replicas[0].wait_until_caught_up()
    with serving(tmp_path, **settings) as server, Client(base_url=server.address) as client:
        ready = client.get("/readyz").raise_for_status()
        wait_until(lambda: is_replica_read(client), "the replica is read")
        client.post("/api/v1/auth/register", json=ANN | {"username": mode}).raise_for_status()
        client.get(f"/api/v1/users/{mode}").raise_for_status()
    assert ready.json()["primary"] == "up"


def is_replica_read(client: Client) -> bool:
    return bool(client.get("/readyz").json()["replicas"][0]["is_read"])


@pytest.fixture
def line(tmp_path: Path) -> CommandLine:
    return CommandLine(tmp_path)


def test_a_server_of_a_foreign_authority_is_refused(
    pair: MySQLPair, authority: Authority, line: CommandLine
) -> None:
    (line.folder / "other").mkdir()
    present(pair.primary, Authority(line.folder / "other"))
    check_refused(line, pair, verified(authority), "DATABASE_TLS_CA: self-signed certificate")
    # and by the authorities that the machine trusts
    check_refused(line, pair, {"DATABASE_TLS": "verify"}, "DATABASE_TLS_CA: ")


def test_a_server_of_another_name_is_refused(
    pair: MySQLPair, authority: Authority, line: CommandLine
) -> None:
    present(pair.primary, authority, "db.elsewhere.test")
    check_refused(line, pair, verified(authority), "DATABASE_URL: IP address mismatch")


def test_a_server_whose_certificate_has_expired_is_refused(
    pair: MySQLPair, authority: Authority, line: CommandLine
) -> None:
    present(pair.primary, authority, good_for=A_MOMENT)  # it loads none that has expired
    sleep(A_MOMENT.total_seconds() + 1)
    check_refused(
        line, pair, verified(authority), "DATABASE_TLS: the server's certificate has expired"
    )


class WithoutTls(MySQLServer):
    """A server that offers no encrypted connections."""

    def _options(self) -> list[str]:
        return [*super()._options(), "--tls-version="]


@pytest.fixture(scope="module")
def without_tls(mysql_program: MySQLProgram) -> Iterator[MySQLServer]:
    server = WithoutTls(mysql_program)
    server.start()
    yield server
    server.discard()


@pytest.mark.parametrize("mode", ["required", "verify"])
def test_a_server_without_tls_is_refused(
    pair: MySQLPair, without_tls: MySQLServer, line: CommandLine, mode: str
) -> None:
    other = {"DATABASE_URL": f"{HERE}:{without_tls.port}", "DATABASE_USERNAME": "root"}
    begin = "DATABASE_TLS: the server offers no TLS"
    check_refused(line, pair, other | {"DATABASE_TLS": mode}, begin)


@contextmanager
def demanding_tls(server: MySQLServer) -> Iterator[None]:
    # the connection stays open: a new one without TLS is refused meanwhile
    with pymysql.connect(host=HERE, port=server.port, user=USER, password=PASSWORD) as connection:
        cursor = connection.cursor()
        cursor.execute("SET GLOBAL require_secure_transport = ON")
        try:
            yield
        finally:
            cursor.execute("SET GLOBAL require_secure_transport = OFF")


def test_a_server_that_demands_tls_is_named(pair: MySQLPair, line: CommandLine) -> None:
    with demanding_tls(pair.primary):
        by_root = {"DATABASE_USERNAME": USER}
        check_refused(line, pair, by_root, "DATABASE_TLS: the server demands TLS")


def check_refused(line: CommandLine, pair: MySQLPair, settings: dict[str, str], begin: str) -> None:
    """Check that neither a server nor a migration starts, and that one line says why."""
    for command in ("serve", "migrate"):
        code, out, err = line.said(command, **environment(pair) | settings)
        assert (code, out) == (2, ""), err
        assert "Traceback" not in err
        assert err.splitlines()[-1].startswith(begin), err


def test_celerys_results_are_encrypted_by_their_url(pair: MySQLPair, authority: Authority) -> None:
    present(pair.primary, authority)
    address = f"db+mysql://tls:test@{HERE}:{pair.primary.port}/mysql?ssl_ca={authority.file}"
    url = result_backend("CELERY_BACKEND_URL", address).removeprefix("db+")
    engine = create_engine(url)
    with engine.connect() as connection:
        assert connection.execute(CIPHER).one().Value
    engine.dispose()
