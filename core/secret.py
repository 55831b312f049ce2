"""Files beside an SQLite database: its lock, and the secret that signs tokens."""

import logging
import os
import secrets
import stat
from contextlib import suppress
from pathlib import Path
from tempfile import mkstemp

from core.config import SAFE_SECRET_BYTES, Settings
from core.errors import WrongSetting

_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_log = logging.getLogger("broadsheet")


def signing_secrets(settings: Settings) -> tuple[str, ...]:
    """Return those of JWT_SECRET, the newest first; on SQLite, where it is unset, one that the
    first start made and stored."""
    return settings.jwt_secrets or (_stored_secret(settings),)


def _stored_secret(settings: Settings) -> str:
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
    """Return the path of a file that is named after the SQLite file."""
    file = database_file(settings)
    return file.with_name(f"{file.name}.{suffix}")


def database_file(settings: Settings) -> Path:
    """Return the path of the SQLite file; creates its folder, and makes that of the embedded
    database private."""
    # resolved: a database has one lock, whatever links lead to it
    file = Path(os.path.realpath(settings.primary.database or ""))
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise WrongSetting(f"DATABASE_URL: no folder {file.parent}: {error.strerror}") from error
    if settings.embedded:
        # the folder of another database may have other uses
        _make_private(Path(settings.primary.database or ""))
    return file


def _make_private(database: Path) -> None:
    """Take the rights of others to its files and its folder away: an earlier version, or a copy,
    may have given them."""
    for path in (database.parent, *database.parent.glob(f"{database.name}*")):
        try:
            mode = stat.S_IMODE(path.stat().st_mode)
            if mode & _OTHERS:
                path.chmod(mode & ~_OTHERS)
        except FileNotFoundError:
            continue  # a temporary file of another process
        except OSError as error:
            _log.warning("others may read %s: %s", path, error.strerror)


def _make_secret(file: Path) -> None:
    """Create the file as a whole or not at all; among concurrent processes, the first one wins."""
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
