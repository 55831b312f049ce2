"""Settings: what is taken, and the one line that names the variable of what is not."""

import os
import secrets
from pathlib import Path
from typing import Any

import pytest

from application.limits import Limit
from core.config import Settings, load_settings
from core.errors import WrongSetting
from core.mail_server import mail_sender, mail_server
from core.rate_limits import RATE_LIMITS
from core.secret import signing_secrets
from infra.mail.smtp import MailServer
from tests.support.settings import SECRET, settings_for

HOST = {"DATABASE_USERNAME": "u", "DATABASE_PASSWORD": "p", "DATABASE_NAME": "x"}
URL = "mysql://u:p@127.0.0.1:1/x"
OTHER_SECRET = "b" * 64
WRONG_HOSTS = ("localhost:²", ":3306", "db:0", "db:99999", "::1", "a b", "ü", "u:p@db", "a..b")
WRONG_URLS = (
    "mysql://u:p@h:abc/x",
    "mysql://u:p@h:99999/x",
    "mysql://u:p@/x",
    "mysql://u:p@a b/x",
    "mysql://u:p@h",
    "postgresql://h/x",
    "://",
    f"{URL}?nope=1",
    "sqlite:///:memory:",
    "sqlite://",
    "sqlite://a/b.db",
    "sqlite:///x.db?mode=ro",
    "sqlite:///folder",
    f"sqlite:///{'x' * 300}",
)
WRONG_WEB_URLS = (
    "blog.test",
    "http://",
    "https://a b/?x#y",
    "https://a/?x",
    "https://ü.test",
    "https://a/ü",
    "https://u:p@a",
    "https://a:99999",
)
# no browser sends the ones with a path, capitals, or a port that goes without saying
WRONG_ORIGINS = (
    "foo",
    "null",
    "*,https://a.b",
    "https://ü.b",
    "https://a.b/",
    "https://A.b",
    "https://a.b:443",
)
MAIL = {"MAIL_FROM": "press@blog.test", "PUBLIC_URL": "https://blog.test"}
WRONG_MAIL_SERVERS = (
    "mail.test",
    "http://mail.test",
    "smtp://",
    "smtp://u@h",
    "smtp://:p@h",
    "smtp://u:p@",
    "smtp://h:0",
    "smtp://h:x",
    "smtp://a b",
    "smtp://[::1",
    "smtp://h/path",
    "smtp://h?starttls",
)
WRONG_SENDERS = ("press", "@blog.test", "press@", "a@b.test, c@b.test", "The Press", "é@b.test")
WRONG_BROKERS = (
    "a b",
    "queue:0",
    "http://queue",
    "amqp://",
    "amqp://[::1",
    "amqp://queue:99999//",
    "redis://cache:x/0",
    "amqp://queue;http://other",
)
WRONG_LIMITS = (
    "on",
    "off, commands=1/minute",
    "commands",
    "commands=off",
    "commands=0/minute",
    "commands=1/0 minutes",
    "commands=1/week",
    "commands=10000000/minute",
    "commands=٣/minute",
    "commands=1/31 days",
    "posts=1/minute",
    "commands=1/minute,commands=2/minute",
)
PRODUCTION = {"ENVIRONMENT": "production", "DATABASE_URL": "sqlite:///x.db"}
# a variable, what else is set, and values that are no good then
WRONG: list[tuple[str, dict[str, str], tuple[str, ...]]] = [
    ("DATABASE_URL", HOST, WRONG_HOSTS),
    ("DATABASE_URL", {}, WRONG_URLS),
    ("DATABASE_URL", {"ENVIRONMENT": "production"}, ("", " ")),
    ("DATABASE_REPLICA_URL", {"DATABASE_URL": URL}, ("mysql://h:p", "sqlite:///x.db")),
    ("DATABASE_REPLICA_URL", {"DATABASE_URL": "sqlite:///x.db"}, (URL,)),
    ("DATABASE_REPLICA_URL", {}, (URL,)),
    ("DATABASE_TLS", {"DATABASE_URL": URL}, ("yes", "REQUIRED", "verify-ca")),
    ("DATABASE_TLS", {}, ("required", "verify")),
    ("DATABASE_TLS_CA", {"DATABASE_URL": URL, "DATABASE_TLS": "verify"}, ("none.pem", "folder")),
    ("DATABASE_TLS_CA", {"DATABASE_URL": URL, "DATABASE_TLS": "verify"}, (__file__,)),
    ("DATABASE_TLS_CA", {"DATABASE_URL": URL, "DATABASE_TLS": "required"}, (__file__,)),
    ("DATABASE_TLS_CA", {"DATABASE_URL": URL}, (__file__,)),
    ("DATABASE_TLS_CA", {}, (__file__,)),
    ("DATABASE_NAME", {}, ("x",)),
    ("DATABASE_USERNAME", {}, ("u",)),
    ("DATABASE_PASSWORD", {}, ("p",)),
    ("JWT_SECRET", {}, ("   ", f"{SECRET}\udcff")),
    ("JWT_SECRET", {"DATABASE_URL": URL}, ("", " ")),
    ("JWT_SECRET", {}, (",", f"{SECRET},", f",{SECRET}", f"{SECRET}, ,{SECRET}")),
    ("JWT_SECRET", PRODUCTION, ("short", f"{SECRET},short", f"short,{SECRET}")),
    ("PUBLIC_URL", {}, WRONG_WEB_URLS),
    ("PUBLIC_URL", PRODUCTION, ("",)),
    ("ALLOWED_HOSTS", {}, ("https://blog.test", "blog.test:80", "*", "a.*.b", "é.test")),
    ("CORS_ORIGINS", {}, WRONG_ORIGINS),
    ("SECURITY_CONTACT", {}, ("a@b.test", "mailto:a", "http://b.test", "https://", "mailto:a@b c")),
    ("SMTP_URL", MAIL, WRONG_MAIL_SERVERS),
    ("MAIL_FROM", {}, WRONG_SENDERS),
    ("MAIL_FROM", MAIL | {"SMTP_URL": "smtp://h"}, ("",)),
    ("PUBLIC_URL", MAIL | {"SMTP_URL": "smtp://h"}, ("",)),
    ("RATE_LIMITS", {}, WRONG_LIMITS),
    ("CELERY_BROKER_URL", {}, WRONG_BROKERS),
    ("CELERY_BACKEND_URL", {}, ("cache", "mysql://u:p@db/x", "nonsense://")),
]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder we are in: nothing is set there, not by the machine either."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def load(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Load settings from variables; JWT_SECRET is good unless told otherwise."""

    def loaded(**variables: str) -> Settings:
        for name, value in ({"JWT_SECRET": SECRET} | variables).items():
            monkeypatch.setenv(name, value)
        return load_settings()

    return loaded


@pytest.mark.parametrize(
    ("value", "host", "port"),
    [
        ("localhost", "localhost", 3306),
        (" localhost ", "localhost", 3306),
        ("my_db.test.:3307", "my_db.test.", 3307),
        ("[::1]", "::1", 3306),
        ("[::1]:3307", "::1", 3307),
    ],
)
def test_a_host(load: Any, value: str, host: str, port: int) -> None:
    settings = load(DATABASE_URL=value, DATABASE_REPLICA_URL=f"{value}, {value}", **HOST)
    for url in (settings.primary, *settings.replicas):
        assert (url.host, url.port, url.database) == (host, port, "x")


def test_whole_urls(load: Any) -> None:
    url = load(DATABASE_URL="mysql://u:p%3F@[::1]:3306/x").primary
    assert (url.drivername, url.host, url.password) == ("mysql+aiomysql", "::1", "p?")
    assert load(DATABASE_URL="sqlite:///blog.db").primary.database == "blog.db"


@pytest.mark.parametrize("value", ["http://localhost:8000", "https://a.b/blog/", "http://[::1]"])
def test_the_outside_may_reach_it_below_a_path(load: Any, value: str) -> None:
    assert load(PUBLIC_URL=value).public_url == value.rstrip("/")


@pytest.mark.parametrize(
    "value", ["*", "https://a.b, http://localhost:3000", "capacitor://localhost", "http://a:443"]
)
def test_origins(load: Any, value: str) -> None:
    assert load(CORS_ORIGINS=value).cors_origins == tuple(value.split(", "))


def test_a_password_keeps_its_spaces(load: Any) -> None:
    assert load(DATABASE_URL="db", **HOST | {"DATABASE_PASSWORD": " p "}).primary.password == " p "


@pytest.mark.parametrize(
    ("variable", "value", "others"),
    [(variable, value, others) for variable, others, values in WRONG for value in values],
)
def test_what_is_wrong_is_named_in_one_line(
    load: Any, folder: Path, variable: str, value: str, others: dict[str, str]
) -> None:
    (folder / "folder").mkdir()
    with pytest.raises(WrongSetting, match=rf"\A{variable}: .+\Z"):
        load(**others | {variable: value})
    assert os.listdir(folder) == ["folder"]


def test_env_must_be_text_that_can_be_read(load: Any, folder: Path) -> None:
    (folder / ".env").write_bytes(b"PUBLIC_URL=http://\xff.test\n")
    with pytest.raises(WrongSetting, match=r"\A\.env: it is not UTF-8.+\Z"):
        load()


def test_a_secret_is_made_once_and_kept_by_its_database(load: Any, folder: Path) -> None:
    [secret] = signing_secrets(load(DATABASE_URL="sqlite:///a.db", JWT_SECRET=""))
    assert len(secret) == 64
    assert signing_secrets(load(DATABASE_URL="sqlite:///a.db", JWT_SECRET="")) == (secret,)
    assert signing_secrets(load(DATABASE_URL="sqlite:///b.db", JWT_SECRET="")) != (secret,)
    files = sorted(folder.iterdir())
    assert [file.name for file in files] == ["a.db.jwt_secret", "b.db.jwt_secret"]
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}


def test_an_old_secret_beside_the_new_one(load: Any) -> None:
    settings = load(JWT_SECRET=f"{OTHER_SECRET}, {SECRET}")
    assert signing_secrets(settings) == (OTHER_SECRET, SECRET)
    assert not settings.has_short_secret
    assert load(JWT_SECRET=f"{SECRET},short").has_short_secret


def test_a_crash_leaves_no_half_of_a_secret(
    load: Any, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = load(JWT_SECRET="")
    with monkeypatch.context() as crashing:
        crashing.setattr(secrets, "token_hex", lambda size: size / 0)
        with pytest.raises(ZeroDivisionError):
            signing_secrets(settings)
    assert list((folder / "data").iterdir()) == []
    assert [len(secret) for secret in signing_secrets(settings)] == [64]


def test_two_processes_at_once_end_with_one_secret(
    load: Any, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def made_meanwhile(_size: int) -> str:
        (folder / "data" / "broadsheet.db.jwt_secret").write_text(OTHER_SECRET)
        return "a" * 64

    monkeypatch.setattr(secrets, "token_hex", made_meanwhile)
    assert signing_secrets(load(JWT_SECRET="")) == (OTHER_SECRET,)
    assert os.listdir(folder / "data") == ["broadsheet.db.jwt_secret"]


@pytest.mark.parametrize("content", [b"", b"short", b" " * 64, b"\xff" * 64])
def test_a_kept_secret_that_is_too_short_is_refused(
    load: Any, folder: Path, content: bytes
) -> None:
    (folder / "blog.db.jwt_secret").write_bytes(content)
    settings = load(DATABASE_URL="sqlite:///blog.db", JWT_SECRET="")
    with pytest.raises(WrongSetting, match=r"\AJWT_SECRET: .+blog\.db\.jwt_secret.+\Z"):
        signing_secrets(settings)


@pytest.mark.parametrize(
    ("said", "url"),
    [
        ("127.0.0.1", "redis://127.0.0.1:6379/0"),
        ("cache:6380", "redis://cache:6380/0"),
        ("[::1]", "redis://[::1]:6379/0"),
        ("redis://ann:p@cache:1/2", "redis://ann:p@cache:1/2"),
        ("rediss://cache?ssl_ca_certs=ca.pem", "rediss://cache?ssl_ca_certs=ca.pem"),
        ("", ""),
    ],
)
def test_redis_is_a_host_or_a_url(load: Any, said: str, url: str) -> None:
    assert load(REDIS_URL=said).redis == url


@pytest.mark.parametrize(
    ("said", "url"),
    [
        ("queue", "amqp://queue:5672//"),
        ("[::1]:5673", "amqp://[::1]:5673//"),
        ("amqp://root:p%40@localhost:5672//", "amqp://root:p%40@localhost:5672//"),
        ("amqps://a:p@one/x;amqps://a:p@other", "amqps://a:p@one/x;amqps://a:p@other"),
        ("redis://:p@cache:1/2", "redis://:p@cache:1/2"),
        ("rediss://cache", "rediss://cache"),
        ("", ""),
    ],
)
def test_a_broker_is_a_host_or_a_url(load: Any, said: str, url: str) -> None:
    assert load(CELERY_BROKER_URL=said).broker == url


@pytest.mark.parametrize(
    ("said", "url"),
    [
        ("db+mysql://u:p@db/x", "db+mysql+pymysql://u:p@db/x"),
        ("db+mysql+pymysql://u:p@db/x", "db+mysql+pymysql://u:p@db/x"),
        ("redis://cache/1", "redis://cache/1"),
        ("rpc://", "rpc://"),
        ("", None),
    ],
)
def test_celerys_own_results_may_be_kept(load: Any, said: str, url: str | None) -> None:
    assert load(CELERY_BACKEND_URL=said).result_backend == url


@pytest.mark.parametrize(
    "said",
    [
        "http://cache",
        "redis://",
        "unix:///x",
        "a b",
        "cache:0",
        "redis://c:x/0",
        "sentinel://c",
        "redis://c?ssl=true",
        "redis://c?timeout=1",
    ],
)
def test_what_is_no_redis_is_refused(load: Any, said: str) -> None:
    with pytest.raises(WrongSetting, match=r"^REDIS_URL: "):
        load(REDIS_URL=said)


@pytest.mark.parametrize(
    ("said", "server"),
    [
        ("smtp://mail", MailServer("mail", 25, None, None, by_tls=False)),
        ("smtp://[::1]:2525/", MailServer("::1", 2525, None, None, by_tls=False)),
        ("smtp://a%40b:p%2F@mail", MailServer("mail", 587, "a@b", "p/", by_tls=False)),
        ("smtps://u:p:q@mail", MailServer("mail", 465, "u", "p:q", by_tls=True)),
    ],
)
def test_a_mail_server(load: Any, said: str, server: MailServer) -> None:
    settings = load(SMTP_URL=said, **MAIL)
    assert mail_server("SMTP_URL", settings.smtp_url) == server
    assert "p:q" not in repr(server)


@pytest.mark.parametrize("said", ["press@blog.test", "The Press <press@blog.test>"])
def test_a_sender(load: Any, said: str) -> None:
    sender = mail_sender("MAIL_FROM", load(MAIL_FROM=said).mail_from)
    assert (sender.addr_spec, str(sender)) == ("press@blog.test", said)


def test_a_setting_in_a_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / ".env").write_text("JWT_SECRET=another\n")
    (folder / "secret").write_text(f"{SECRET}\n")
    monkeypatch.setenv("JWT_SECRET_FILE", "secret")
    assert load_settings().jwt_secrets == (SECRET,)


@pytest.mark.parametrize(
    ("path", "beside", "reason"),
    [
        ("none", "", "none: No such file or directory"),
        (".", "", ".: Is a directory"),
        ("bytes", "", "bytes: it is not UTF-8"),
        ("bytes", SECRET, "JWT_SECRET is set too: unset one of them"),
    ],
)
def test_a_wrong_file(
    folder: Path, monkeypatch: pytest.MonkeyPatch, path: str, beside: str, reason: str
) -> None:
    (folder / "bytes").write_bytes(b"\xff")
    monkeypatch.setenv("JWT_SECRET_FILE", path)
    monkeypatch.setenv("JWT_SECRET", beside)
    with pytest.raises(WrongSetting, match=f"^JWT_SECRET_FILE: {reason}$"):
        load_settings()


def test_the_cache_is_bypassed_by_callers_in_development_alone() -> None:
    of_production = settings_for("sqlite:///x.db", environment="production")
    assert settings_for("sqlite:///x.db").cache_bypass
    assert not of_production.cache_bypass
    assert settings_for("sqlite:///x.db", environment="production", cache_bypass=True).cache_bypass


def test_common_passwords_are_refused_in_production_unless_told() -> None:
    assert settings_for("sqlite:///x.db").common_passwords
    assert not settings_for("sqlite:///x.db", environment="production").common_passwords
    told = settings_for("sqlite:///x.db", environment="production", common_passwords=True)
    assert told.common_passwords


@pytest.mark.parametrize("contact", ["mailto:a@b.test", "https://b.test/security?by=form"])
def test_whom_to_tell_of_a_hole(load: Any, contact: str) -> None:
    assert load(SECURITY_CONTACT=contact).security_contact == contact


def test_limits_are_off_or_changed_one_by_one(load: Any) -> None:
    assert load(RATE_LIMITS="off").limits == {}
    assert load(RATE_LIMITS="").limits == RATE_LIMITS
    changed = load(RATE_LIMITS="commands=300/minute, mails=5/2 hours,bulks = 1/second").limits
    assert changed == dict(RATE_LIMITS) | {
        "commands": Limit("commands", 300, 60),
        "mails": Limit("mails", 5, 7200),
        "bulks": Limit("bulks", 1, 1),
    }


def test_hosts_are_read_in_any_case(load: Any) -> None:
    assert load(ALLOWED_HOSTS="Blog.test, *.blog.test").allowed_hosts == (
        "blog.test",
        "*.blog.test",
    )


@pytest.mark.parametrize("named", [{"PUBLIC_URL": "https://blog.test"}, {"ALLOWED_HOSTS": "x.y"}])
def test_production_knows_its_name(load: Any, named: dict[str, str]) -> None:
    assert load(**PRODUCTION, **named).environment == "production"


def test_the_host_of_links_is_served_too(load: Any) -> None:
    settings = load(ALLOWED_HOSTS="localhost", PUBLIC_URL="https://Blog.test:8443/here")
    assert settings.served_hosts == ("localhost", "blog.test")
    assert load(ALLOWED_HOSTS="", PUBLIC_URL="https://blog.test").served_hosts == ()
