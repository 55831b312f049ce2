"""What a database that does not answer says of the settings."""

from collections.abc import Iterator
from contextlib import contextmanager

from pymysql.constants import ER
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from core.config import Settings
from core.errors import WrongSetting

_DENIED = frozenset({ER.DBACCESS_DENIED_ERROR, ER.ACCESS_DENIED_ERROR, 1698})


@contextmanager
def answering(settings: Settings) -> Iterator[None]:
    """Raise WrongSetting, with the variable that is to blame, for what the driver raises."""
    try:
        yield
    except (SQLAlchemyError, OSError, UnicodeError) as error:
        raise WrongSetting(_blame(settings, error)) from error


def _blame(settings: Settings, error: Exception) -> str:
    """Say which variable is to blame for what the driver says."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    said = cause.args if cause and cause.args else (type(error).__name__,)
    code, reason = said[0], str(said[-1]).splitlines()[0]
    is_url = "://" in settings.database_url
    if code in _DENIED:
        variable = "DATABASE_URL" if is_url else "DATABASE_USERNAME/DATABASE_PASSWORD"
        return f"{variable}: {reason}"
    if code == ER.BAD_DB_ERROR:
        variable = "DATABASE_URL" if is_url else "DATABASE_NAME"
        return f"{variable}: {reason}: run `python main.py migrate`, which makes it"
    return f"DATABASE_URL: the database does not answer: {reason}"
