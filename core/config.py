"""Settings: read once from the environment and `.env`, checked, and frozen."""

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from sqlalchemy import URL, make_url

from core.addresses import (
    MYSQL_DRIVER,
    broker_url,
    is_origin,
    is_web_url,
    redis_url,
    result_backend,
    server_address,
    whole_url,
)
from core.errors import WrongSetting
from core.mail_server import mail_sender, mail_server

DATA_FOLDER = Path("data")
SAFE_SECRET_BYTES = 32
_BESIDE_URL = (
    "database_username",
    "database_password",
    "database_name",
    "database_replica_url",
)


class Settings(BaseSettings):
    """What the environment says; the names are those of the variables, in lower case."""

    model_config = SettingsConfigDict(
        env_file=".env", extra="ignore", frozen=True, env_ignore_empty=True
    )

    environment: Literal["development", "production"] = "development"
    database_url: str = ""
    database_username: str = ""
    database_password: SecretStr = SecretStr("")
    database_name: str = ""
    database_replica_url: Annotated[tuple[str, ...], NoDecode] = ()
    # tokens live for 60 s: a replica that is read must have got there long before
    replica_max_lag: float = Field(default=10, gt=0, le=45)
    redis_url: str = ""
    # loads at once where answers must be loaded: a cache that is down is no reason for a stampede
    cache_load_limit: int = Field(default=20, ge=1)
    # where anyone may call it would let anyone load the databases
    cache_bypass: bool = Field(default_factory=lambda known: known["environment"] != "production")
    celery_broker_url: str = ""
    celery_backend_url: str = ""
    jwt_secret: SecretStr = SecretStr("")
    cors_origins: Annotated[tuple[str, ...] | None, NoDecode] = None
    public_url: str = ""
    smtp_url: str = ""
    mail_from: str = ""
    metrics_public: bool = False

    @field_validator("database_replica_url", "cors_origins", mode="before")
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

    # of validators before, the last one comes first
    @field_validator("jwt_secret", mode="before")
    @classmethod
    def _is_not_blank(cls, value: Any) -> Any:
        if isinstance(value, str) and value.isspace():
            raise ValueError(f"it is blank; give it {SAFE_SECRET_BYTES} random bytes")
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

    @field_validator("public_url")
    @classmethod
    def _is_http(cls, value: str) -> str:
        if value and not is_web_url(value):
            raise ValueError("it must be http(s)://host, with at most a port and a path")
        return value.rstrip("/")

    @property
    def embedded(self) -> bool:
        """Whether nothing is configured: one process, on SQLite in the data folder."""
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
        """The URL by which workers hear of jobs; empty where this process does them."""
        value = self.celery_broker_url
        return broker_url("CELERY_BROKER_URL", value) if value else ""

    @property
    def result_backend(self) -> str | None:
        """Where Celery keeps results of its own, for those who want them."""
        value = self.celery_backend_url
        return result_backend("CELERY_BACKEND_URL", value) if value else None

    @property
    def redis(self) -> str:
        """The URL of Redis; empty where there is none."""
        return redis_url("REDIS_URL", self.redis_url) if self.redis_url else ""

    @property
    def on_sqlite(self) -> bool:
        return self.primary.get_backend_name() == "sqlite"

    @property
    def has_short_secret(self) -> bool:
        return 0 < len(self.jwt_secret.get_secret_value().encode()) < SAFE_SECRET_BYTES

    def _database(self, variable: str, value: str) -> URL:
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
    _check_mail(settings)
    _check_celery(settings)
    _check_secret(settings)
    return settings


def _check_databases(settings: Settings) -> None:
    if settings.embedded:
        for name in _BESIDE_URL:
            if getattr(settings, name):
                raise WrongSetting(f"{name.upper()}: it goes with DATABASE_URL, which is not set")
    if settings.on_sqlite and settings.replicas:
        raise WrongSetting("DATABASE_REPLICA_URL: SQLite has no replicas: unset it")
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
    secret = settings.jwt_secret.get_secret_value()
    if not secret and not settings.on_sqlite:
        raise WrongSetting(f"JWT_SECRET: not set; give it {SAFE_SECRET_BYTES} random bytes")
    if settings.has_short_secret and settings.environment == "production":
        raise WrongSetting(
            f"JWT_SECRET: shorter than {SAFE_SECRET_BYTES} bytes, which anyone can guess"
        )


def _is_text(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in value
