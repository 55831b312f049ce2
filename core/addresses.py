"""Addresses in settings: of databases, of this server, of web clients."""

import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from celery.app.backends import BACKEND_ALIASES
from redis.asyncio.connection import parse_url
from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from core.errors import WrongSetting

MYSQL_DRIVER = "mysql+aiomysql"
_DRIVERS = {"mysql": MYSQL_DRIVER, "sqlite": "sqlite+aiosqlite"}
_LABEL = r"[a-z0-9_-]{1,63}"
_HOST = rf"(\[[0-9a-f:.]+\]|{_LABEL}(?:\.{_LABEL})*\.?)(?::([0-9]{{1,5}}))?"
_ADDRESS = re.compile(_HOST, re.IGNORECASE | re.ASCII)
_WEB_URL = re.compile(rf"https?://{_HOST}(?:/[\w.~!$&'()*+,;=:@%/-]*)?", re.IGNORECASE | re.ASCII)
_CONTACT = re.compile(rf"mailto:[^\s@]+@{_LABEL}(?:\.{_LABEL})*|https://[^\s]+", re.ASCII)
_REDIS_OPTIONS = {"db", "ssl_ca_certs", "ssl_cert_reqs", "ssl_check_hostname"}
_AFTER_HOST = re.compile("[/?#]")
# as browsers send it: in lower case, without the default port
_ORIGIN = re.compile(rf"(?!http:.*:80$|https:.*:443$)[a-z][a-z0-9+.-]*://{_HOST}", re.ASCII)


def is_web_url(value: str) -> bool:
    """Return whether it can be the base of addresses: http(s)://host, with at most a port and a
    path."""
    return _matches(_WEB_URL, value) is not None


def is_contact(value: str) -> bool:
    """Return whether security.txt may name it: mailto:… or https://…"""
    return _CONTACT.fullmatch(value) is not None


def is_origin(value: str) -> bool:
    """Return whether a browser can send it as `Origin`."""
    return _matches(_ORIGIN, value) is not None


def whole_url(variable: str, value: str) -> URL:
    """Read the whole URL of a database; raises WrongSetting."""
    try:
        url = make_url(value)
    except (ArgumentError, ValueError) as error:
        raise WrongSetting(f"{variable}: it does not read as a URL") from error
    driver = _DRIVERS.get(url.get_backend_name())
    if driver is None or not url.database:
        raise WrongSetting(f"{variable}: it must be mysql://…/name or sqlite:///file")
    if url.query:
        raise WrongSetting(f"{variable}: leave out the ? and what follows: it is not known here")
    if url.get_backend_name() == "sqlite":
        _check_file(variable, url)
    else:
        host = f"[{url.host}]" if ":" in (url.host or "") else url.host
        server_address(variable, f"{host or ''}:{3306 if url.port is None else url.port}")
    return url.set(drivername=driver)


def _check_file(variable: str, url: URL) -> None:
    if url.database == ":memory:" or url != URL.create(url.drivername, database=url.database):
        raise WrongSetting(f"{variable}: it must be sqlite:///file, where connections share a file")
    try:
        is_folder = Path(url.database or "").is_dir()
    except OSError as error:
        raise WrongSetting(f"{variable}: {url.database}: {error.strerror}") from error
    if is_folder:
        raise WrongSetting(f"{variable}: {url.database} is a folder: name a file in it")


def redis_url(variable: str, value: str) -> str:
    """Read the host or the whole URL of a Redis; raises WrongSetting."""
    if "://" not in value:
        host, port = server_address(variable, value, 6379)
        return f"redis://{f'[{host}]' if ':' in host else host}:{port}/0"
    try:
        known = parse_url(value)
    except ValueError as error:
        raise WrongSetting(f"{variable}: it must be redis://… or rediss://…: {error}") from error
    if not value.startswith(("redis://", "rediss://")) or not known.get("host"):
        # the keys of one read must be on one server, whose address does not change
        reason = "it must be redis://host… or rediss://host…, without Sentinel or Cluster"
        raise WrongSetting(f"{variable}: {reason}")
    if unknown := set(parse_qs(urlsplit(value).query)) - _REDIS_OPTIONS:
        reason = "TLS is rediss://…" if "ssl" in unknown else "it is not known here"
        raise WrongSetting(f"{variable}: leave out {min(unknown)} after the ?: {reason}")
    return value


def broker_url(variable: str, value: str) -> str:
    """Read the host or the whole URLs of brokers, as Celery takes them; raises WrongSetting."""
    if "://" not in value:
        host, port = server_address(variable, value, 5672)
        return f"amqp://{f'[{host}]' if ':' in host else host}:{port}//"
    for url in value.split(";"):
        _check_broker(variable, url)
    return value


def _check_broker(variable: str, url: str) -> None:
    if url.startswith(("redis://", "rediss://")):
        redis_url(variable, url)
    elif url.startswith(("amqp://", "amqps://")):
        server_address(variable, _AFTER_HOST.split(url.partition("://")[2])[0].rpartition("@")[2])
    else:
        raise WrongSetting(f"{variable}: it must be amqp(s)://host… or redis(s)://host…")


def result_backend(variable: str, value: str) -> str:
    """Read the URL of Celery's result backend, in Celery's form; raises WrongSetting."""
    scheme, is_url, _ = value.partition("://")
    if not is_url or scheme.partition("+")[0] not in BACKEND_ALIASES:
        raise WrongSetting(
            f"{variable}: it must be a result backend of Celery's, such as redis://…"
        )
    # SQLAlchemy's default driver is not installed
    return value.replace("db+mysql://", "db+mysql+pymysql://", 1)


def server_address(variable: str, value: str, usual_port: int = 3306) -> tuple[str, int]:
    """Read a host, with or without a port; raises WrongSetting."""
    found = _matches(_ADDRESS, value)
    if not found:
        raise WrongSetting(f"{variable}: its host must read host, host:port or [IPv6]:port")
    return found[1].strip("[]"), int(found[2] or usual_port)


def _matches(form: re.Pattern[str], value: str) -> re.Match[str] | None:
    found = form.fullmatch(value)
    return found if found and 0 < int(found[2] or 1) < 65536 else None
