"""Settings: read once from the environment and `.env`, checked, and frozen."""

import secrets
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from core.errors import WrongSetting

DATA_FOLDER = Path("data")
SAFE_SECRET_BYTES = 32
_DRIVERS = {"mysql": "mysql+aiomysql", "sqlite": "sqlite+aiosqlite"}
_Listed = Annotated[tuple[str, ...], NoDecode]


class Settings(BaseSettings):
    """What the environment says; the names are those of the variables, in lower case."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", frozen=True)

    database_url: str = ""
    database_username: str = ""
    database_password: SecretStr = SecretStr("")
    database_name: str = ""
    database_replica_url: _Listed = ()
    replica_max_lag: float = Field(default=10, gt=0, le=60)
    jwt_secret: SecretStr = SecretStr("")
    cors_origins: _Listed | None = None
    public_url: str = ""
    environment: Literal["development", "production"] = "development"

    @field_validator("database_replica_url", "cors_origins", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        return tuple(part.strip() for part in value.split(",") if part.strip())

    @field_validator("public_url")
    @classmethod
    def _is_http(cls, value: str) -> str:
        if value and not value.startswith(("http://", "https://")):
            raise ValueError("begin it with http:// or https://")
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
    def on_sqlite(self) -> bool:
        return self.primary.get_backend_name() == "sqlite"

    def _database(self, variable: str, value: str) -> URL:
        if "://" in value:
            return _whole_url(variable, value)
        if not (self.database_username and self.database_name):
            missing = "DATABASE_NAME" if self.database_username else "DATABASE_USERNAME"
            raise WrongSetting(f"{missing}: needed beside a host in {variable}")
        host, _, port = value.partition(":")
        return URL.create(
            _DRIVERS["mysql"],
            self.database_username,
            self.database_password.get_secret_value(),
            host,
            _port(variable, port),
            self.database_name,
        )


def load_settings() -> Settings:
    """Read and check the settings; raises WrongSetting."""
    try:
        settings = Settings()
    except ValidationError as error:
        first = error.errors()[0]
        variable = str(first["loc"][0]).upper()
        message = first["msg"].removeprefix("Value error, ")
        raise WrongSetting(f"{variable}: {message}") from error
    if settings.replicas and settings.on_sqlite:
        raise WrongSetting("DATABASE_REPLICA_URL: SQLite has no replicas: unset it")
    _check_secret(settings)
    return settings


def signing_secret(settings: Settings) -> str:
    """Give JWT_SECRET; on SQLite, where it is unset, one made at the first start and kept."""
    if secret := settings.jwt_secret.get_secret_value():
        return secret
    file = data_folder(settings) / "jwt_secret"
    try:
        if not file.exists():
            file.touch(mode=0o600)
            file.write_text(secrets.token_hex(SAFE_SECRET_BYTES))
        return file.read_text()
    except OSError as error:
        raise WrongSetting(f"JWT_SECRET: unset, and {file}: {error.strerror}") from error


def data_folder(settings: Settings) -> Path:
    """Give the folder of the SQLite file; it is made where it is not."""
    folder = Path(settings.primary.database or "").parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WrongSetting(f"DATABASE_URL: no folder {folder}: {error.strerror}") from error
    return folder


def has_short_secret(settings: Settings) -> bool:
    secret = settings.jwt_secret.get_secret_value()
    return 0 < len(secret.encode()) < SAFE_SECRET_BYTES


def _check_secret(settings: Settings) -> None:
    secret = settings.jwt_secret.get_secret_value()
    if not secret and not settings.on_sqlite:
        raise WrongSetting(f"JWT_SECRET: not set; give it {SAFE_SECRET_BYTES} random bytes")
    if has_short_secret(settings) and settings.environment == "production":
        raise WrongSetting(
            f"JWT_SECRET: shorter than {SAFE_SECRET_BYTES} bytes, which anyone can guess"
        )


def _whole_url(variable: str, value: str) -> URL:
    try:
        url = make_url(value)
    except ArgumentError as error:
        raise WrongSetting(f"{variable}: it does not read as a URL") from error
    driver = _DRIVERS.get(url.get_backend_name())
    if driver is None or not url.database:
        raise WrongSetting(f"{variable}: it must be mysql://…/name or sqlite:///file")
    return url.set(drivername=driver)


def _port(variable: str, port: str) -> int:
    if not port:
        return 3306
    if not port.isdigit() or not 0 < int(port) < 65536:
        raise WrongSetting(f"{variable}: {port!r} is no port")
    return int(port)
