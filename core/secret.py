"""Files beside an SQLite database: its lock, and the secret that signs all tokens."""

import os
import secrets
from contextlib import suppress
from pathlib import Path
from tempfile import mkstemp

from core.config import SAFE_SECRET_BYTES, Settings
from core.errors import WrongSetting


def signing_secret(settings: Settings) -> str:
    """Give JWT_SECRET; on SQLite, where it is unset, one made at the first start and kept."""
    if secret := settings.jwt_secret.get_secret_value():
        return secret
    file = beside_database(settings, "jwt_secret")
    try:
        if not file.exists():
            _make_secret(file)
        secret = file.read_text().strip()
    except OSError as error:
        raise WrongSetting(f"JWT_SECRET: unset, and {file}: {error.strerror}") from error
    except UnicodeError as error:
        raise WrongSetting(f"JWT_SECRET: unset, and {file} is not text: remove it") from error
    if len(secret.encode()) < SAFE_SECRET_BYTES:
        raise WrongSetting(
            f"JWT_SECRET: unset, and {file} has fewer than {SAFE_SECRET_BYTES} bytes: remove it"
        )
    return secret


def beside_database(settings: Settings, suffix: str) -> Path:
    """Give the path of a file that is named after the SQLite file."""
    file = database_file(settings)
    return file.with_name(f"{file.name}.{suffix}")


def database_file(settings: Settings) -> Path:
    """Give the path of the SQLite file; its folder is made where it is not."""
    # by what it resolves to: a database has one lock, by whatever name it goes
    file = Path(os.path.realpath(settings.primary.database or ""))
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WrongSetting(f"DATABASE_URL: no folder {file.parent}: {error.strerror}") from error
    return file


def _make_secret(file: Path) -> None:
    """Make the file as a whole or not at all; of several processes at once, the first one's."""
    descriptor, temporary = mkstemp(prefix=f"{file.name}.", dir=file.parent)  # mode 0600
    try:
        with os.fdopen(descriptor, "w") as writing:
            writing.write(secrets.token_hex(SAFE_SECRET_BYTES))
            writing.flush()
            os.fsync(descriptor)
        with suppress(FileExistsError):
            os.link(temporary, file)
    finally:
        os.unlink(temporary)
