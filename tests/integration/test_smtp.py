"""How a mail server is spoken to: by TLS where that is offered, and no password without it."""

import ssl
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from email.headerregistry import Address
from pathlib import Path

import pytest
import pytest_asyncio
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from application.mail.ports import Mail, MailServerFailed
from infra.mail.smtp import MailServer, SmtpMailer
from tests.support.mail_server import Post

MAIL = Mail("key", "ann@x.org", "News", "text", "<p>html</p>", "https://blog.test/u?token=t")
SENDER = Address(username="press", domain="blog.test")


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """Of localhost, signed by itself, with its key."""
    key, file = ec.generate_private_key(ec.SECP256R1()), tmp_path / "localhost.pem"
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, SHA256())
    )
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file.write_bytes(made.public_bytes(Encoding.PEM) + private)
    return file


@pytest.fixture
def tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


@pytest_asyncio.fixture
async def post() -> AsyncIterator[Post]:
    """A server that lets in u, by p, and notes what it was told."""
    post = Post()

    def known(*args: object) -> AuthResult:
        login = args[-1]
        assert isinstance(login, LoginPassword)
        post.logins.append((login.login.decode(), login.password.decode()))
        return AuthResult(success=login == LoginPassword(b"u", b"p"), handled=False)

    post.options["authenticator"] = known
    yield post
    await post.close()


async def send(post: Post, username: str | None = None, *, by_tls: bool = False) -> None:
    password = "p" if username else None
    server = MailServer("localhost", post.port, username, password, by_tls)
    async with SmtpMailer(server, SENDER).opened() as outbox:
        await outbox.send(MAIL)


async def test_starttls_is_taken_where_it_is_offered(post: Post, tls: ssl.SSLContext) -> None:
    """By any certificate: without a password, there is nobody to be taken for another."""
    post.options |= {"tls_context": tls, "require_starttls": True}
    await post.open()
    await send(post)
    assert post.addresses == ["ann@x.org"]


async def test_no_password_goes_out_without_tls(post: Post) -> None:
    post.options["auth_require_tls"] = False
    await post.open()
    with pytest.raises(MailServerFailed):
        await send(post, "u")
    assert (post.logins, post.mails) == ([], [])


async def test_no_password_goes_to_a_server_that_nobody_vouches_for(
    post: Post, tls: ssl.SSLContext
) -> None:
    post.options["tls_context"] = tls
    await post.open()
    with pytest.raises(MailServerFailed):
        await send(post, "u")
    assert (post.logins, post.mails) == ([], [])


async def test_a_login_by_starttls(
    post: Post, tls: ssl.SSLContext, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    post.options["tls_context"] = tls
    await post.open()
    await send(post, "u")
    assert (post.logins, post.addresses) == ([("u", "p")], ["ann@x.org"])
    with pytest.raises(MailServerFailed):
        await send(post, "stranger")


async def test_tls_from_the_start(
    post: Post, tls: ssl.SSLContext, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    post.tls = tls
    await post.open()
    with pytest.raises(MailServerFailed):
        await send(post, by_tls=True)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    await send(post, by_tls=True)
    assert post.addresses == ["ann@x.org"]
