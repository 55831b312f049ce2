"""Settings: read once from the environment and `.env`, checked, and frozen."""

import re
from collections.abc import Mapping
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)
from sqlalchemy import URL, make_url

from application.limits import Limit
from core.addresses import (
    MYSQL_DRIVER,
    broker_url,
    is_contact,
    is_origin,
    is_web_url,
    redis_url,
    result_backend,
    server_address,
    whole_url,
)
from core.database_tls import check_tls
from core.errors import WrongSetting
from core.file_store import check_file_store
from core.mail_server import mail_sender, mail_server
from core.rate_limits import rate_limits
from core.secret_files import SecretFiles
from infra.database.tls import Mode, with_tls

DATA_FOLDER = Path("data")
MEDIA_FOLDER = DATA_FOLDER / "media"
_HOST = re.compile(r"(\*\.)?[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\]")
SAFE_SECRET_BYTES = 32
_BESIDE_URL = (
    "database_username",
    "database_password",
    "database_name",
    "database_replica_url",
    "database_tls_ca",
)


class Settings(BaseSettings):
    """The settings; their names are those of the variables, in lower case."""

    model_config = SettingsConfigDict(
        env_file=".env", extra="ignore", frozen=True, env_ignore_empty=True
    )

    environment: Literal["development", "production"] = "development"
    database_url: str = ""
    database_username: str = ""
    database_password: SecretStr = SecretStr("")
    database_name: str = ""
    database_tls: Mode = "off"
    database_tls_ca: str = ""
    database_replica_url: Annotated[tuple[str, ...], NoDecode] = ()
    # positions are stored for 60 s: a replica that is read must have reached them long before
    replica_max_lag: float = Field(default=10, gt=0, le=45)
    redis_url: str = ""
    # concurrent loads of a process, which protects the databases while the cache is down
    cache_load_limit: int = Field(default=20, ge=1)
    # on a public server it would let anyone put load on the databases
    cache_bypass: bool = Field(default_factory=lambda known: known["environment"] != "production")
    # the tests of RealWorld clients register with such
    common_passwords: bool = Field(
        default_factory=lambda known: known["environment"] != "production"
    )
    celery_broker_url: str = ""
    celery_backend_url: str = ""
    jwt_secret: SecretStr = SecretStr("")
    cors_origins: Annotated[tuple[str, ...] | None, NoDecode] = None
    public_url: str = ""
    port: int = Field(default=8000, ge=0, le=65535)
    allowed_hosts: Annotated[tuple[str, ...], NoDecode] = ()
    media_url: str = ""
    smtp_url: str = ""
    mail_from: str = ""
    metrics_public: bool = False
    trace_clients: Annotated[tuple[IPv4Network | IPv6Network, ...], NoDecode] = ()
    worker_metrics_port: int | None = Field(default=None, ge=1, le=65_535)
    security_contact: str = ""
    rate_limits: str = ""
    require_verified_email: bool = False
    site: bool = True
    revisions: bool = True

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Name where settings come from, the most important source first."""
        return init_settings, env_settings, SecretFiles(settings_cls), dotenv_settings

    @field_validator(
        "database_replica_url", "cors_origins", "allowed_hosts", "trace_clients", mode="before"
    )
    @classmethod
    def _split(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        return tuple(part.strip() for part in value.split(",") if part.strip())

    @field_validator("*", mode="before")
    @classmethod
    def _strip(cls, value: Any, about: ValidationInfo) -> Any:
        if not isinstance(value, str):
            return value
        if not _is_text(value):
            raise ValueError("it is not text in UTF-8")
        # a password may begin with a space
        return value if about.field_name == "database_password" else value.strip()

    # validators of mode "before" run in reverse order
    @field_validator("jwt_secret", mode="before")
    @classmethod
    def _is_not_blank(cls, value: Any) -> Any:
        if isinstance(value, str) and value.isspace():
            raise ValueError(f"it is blank; give it {SAFE_SECRET_BYTES} random bytes")
        return value

    @field_validator("jwt_secret")
    @classmethod
    def _has_no_gaps(cls, value: SecretStr) -> SecretStr:
        secret = value.get_secret_value()
        if secret and not all(map(str.strip, secret.split(","))):
            raise ValueError("one of its secrets is blank: write NEW,OLD, or one without a comma")
        return value

    @field_validator("cors_origins")
    @classmethod
    def _are_origins(cls, value: tuple[str, ...] | None) -> tuple[str, ...] | None:
        if value is None or value == ("*",):
            return value
        if "*" in value:
            raise ValueError("* allows all: let it stand alone")
        for origin in value:
            if not is_origin(origin):
                raise ValueError(f"no browser sends {origin!r}: write http(s)://host or …host:port")
        return value

    @field_validator("allowed_hosts")
    @classmethod
    def _are_hosts(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for host in value:
            if not _HOST.fullmatch(host):
                raise ValueError(f"{host!r} is no host: write example.org, *.example.org or [::1]")
        return tuple(map(str.lower, value))

    @field_validator("public_url")
    @classmethod
    def _is_http(cls, value: str) -> str:
        if value and not is_web_url(value):
            raise ValueError("it must be http(s)://host, with at most a port and a path")
        return value.rstrip("/")

    @field_validator("security_contact")
    @classmethod
    def _is_contact(cls, value: str) -> str:
        if value and not is_contact(value):
            raise ValueError("it must be mailto:name@host or https://host…")
        return value

    @property
    def embedded(self) -> bool:
        """Whether it runs on SQLite, and so in one process."""
        return not self.database_url

    @property
    def primary(self) -> URL:
        if self.embedded:
            return make_url(f"sqlite+aiosqlite:///{DATA_FOLDER / 'broadsheet.db'}")
        return self._database("DATABASE_URL", self.database_url)

    @property
    def replicas(self) -> tuple[URL, ...]:
        return tuple(
            self._database("DATABASE_REPLICA_URL", url) for url in self.database_replica_url
        )

    @property
    def broker(self) -> str:
        """The URL of the broker; empty where this process runs the jobs."""
        value = self.celery_broker_url
        return broker_url("CELERY_BROKER_URL", value) if value else ""

    @property
    def result_backend(self) -> str | None:
        """The URL of Celery's result backend; empty for none."""
        value = self.celery_backend_url
        return result_backend("CELERY_BACKEND_URL", value) if value else None

    @property
    def redis(self) -> str:
        """The URL of Redis; empty for none."""
        return redis_url("REDIS_URL", self.redis_url) if self.redis_url else ""

    @property
    def worker_metrics_at(self) -> tuple[str, int] | None:
        """Where a worker serves its metrics: host and port; None for nowhere."""
        host = "0.0.0.0" if self.metrics_public else "127.0.0.1"  # noqa: S104
        return (host, self.worker_metrics_port) if self.worker_metrics_port else None

    @property
    def limits(self) -> Mapping[str, Limit]:
        """The limits of what callers do, by their names; empty for none."""
        return rate_limits("RATE_LIMITS", self.rate_limits)

    @property
    def served_hosts(self) -> tuple[str, ...]:
        """The hosts that requests may name, with that of PUBLIC_URL; empty for any."""
        own = urlsplit(self.public_url).hostname
        return (*self.allowed_hosts, own) if self.allowed_hosts and own else self.allowed_hosts

    @property
    def on_sqlite(self) -> bool:
        return self.primary.get_backend_name() == "sqlite"

    @property
    def jwt_secrets(self) -> tuple[str, ...]:
        """The secrets that verify tokens; the first signs them."""
        secrets = self.jwt_secret.get_secret_value().split(",")
        return tuple(secret.strip() for secret in secrets if secret)

    @property
    def has_short_secret(self) -> bool:
        return any(len(secret.encode()) < SAFE_SECRET_BYTES for secret in self.jwt_secrets)

    def _database(self, variable: str, value: str) -> URL:
        return with_tls(self._address(variable, value), self.database_tls, self.database_tls_ca)

    def _address(self, variable: str, value: str) -> URL:
        if "://" in value:
            return whole_url(variable, value)
        if not (self.database_username and self.database_name):
            missing = "DATABASE_NAME" if self.database_username else "DATABASE_USERNAME"
            raise WrongSetting(f"{missing}: needed beside a host in {variable}")
        host, port = server_address(variable, value)
        return URL.create(
            MYSQL_DRIVER,
            self.database_username,
            self.database_password.get_secret_value(),
            host,
            port,
            self.database_name,
        )


def load_settings() -> Settings:
    """Read and check the settings; raises WrongSetting."""
    try:
        settings = Settings()
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        variable = str(first["loc"][0]).upper()
        message = first["msg"].removeprefix("Value error, ")
        raise WrongSetting(f"{variable}: {message}") from error
    except UnicodeError as error:
        raise WrongSetting(".env: it is not UTF-8: save it in that encoding") from error
    except OSError as error:
        raise WrongSetting(f".env: it can't be read: {error.strerror}") from error
    _check_databases(settings)
    _check_redis(settings)
    rate_limits("RATE_LIMITS", settings.rate_limits)
    check_file_store("MEDIA_URL", settings.media_url)
    _check_mail(settings)
    _check_celery(settings)
    _check_secret(settings)
    _check_hosts(settings)
    return settings


def _check_databases(settings: Settings) -> None:
    if settings.embedded and settings.environment == "production":
        raise WrongSetting(
            "DATABASE_URL: not set: give the address of MySQL, or sqlite:///data/broadsheet.db"
        )
    if settings.embedded:
        for name in _BESIDE_URL:
            if getattr(settings, name):
                raise WrongSetting(f"{name.upper()}: it goes with DATABASE_URL, which is not set")
    if settings.on_sqlite and settings.replicas:
        raise WrongSetting("DATABASE_REPLICA_URL: SQLite has no replicas: unset it")
    check_tls(settings.database_tls, settings.database_tls_ca, on_sqlite=settings.on_sqlite)
    if any(url.get_backend_name() == "sqlite" for url in settings.replicas):
        raise WrongSetting("DATABASE_REPLICA_URL: a replica of MySQL is mysql://…/name, or a host")


def _check_redis(settings: Settings) -> None:
    if settings.redis_url:
        redis_url("REDIS_URL", settings.redis_url)


def _check_mail(settings: Settings) -> None:
    if settings.mail_from:
        mail_sender("MAIL_FROM", settings.mail_from)
    if settings.smtp_url:
        mail_server("SMTP_URL", settings.smtp_url)
        for name in ("mail_from", "public_url"):
            if not getattr(settings, name):
                raise WrongSetting(f"{name.upper()}: needed beside SMTP_URL, for what mails say")


def _check_celery(settings: Settings) -> None:
    if settings.celery_broker_url:
        broker_url("CELERY_BROKER_URL", settings.celery_broker_url)
    if settings.celery_backend_url:
        result_backend("CELERY_BACKEND_URL", settings.celery_backend_url)


def _check_secret(settings: Settings) -> None:
    if not settings.jwt_secrets and not settings.on_sqlite:
        raise WrongSetting(f"JWT_SECRET: not set; give it {SAFE_SECRET_BYTES} random bytes")
    if settings.has_short_secret and settings.environment == "production":
        raise WrongSetting(
            f"JWT_SECRET: each needs {SAFE_SECRET_BYTES} bytes: anyone can guess shorter ones"
        )


def _check_hosts(settings: Settings) -> None:
    is_open = not (settings.public_url or settings.allowed_hosts)
    if settings.environment == "production" and is_open:
        raise WrongSetting(
            "PUBLIC_URL: set it, or ALLOWED_HOSTS: else links name whatever host a caller sends"
        )


def _is_text(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in value
