"""Database errors at the start, as errors of the settings."""

from collections.abc import Iterator
from contextlib import contextmanager

from pymysql.constants import ER
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from core.config import Settings
from core.database_tls import tls_fault
from core.errors import WrongSetting

_DENIED = frozenset({ER.DBACCESS_DENIED_ERROR, ER.ACCESS_DENIED_ERROR, 1698})


@contextmanager
def database_faults(settings: Settings) -> Iterator[None]:
    """Raise WrongSetting, with the variable that is the cause, for the driver's errors."""
    try:
        yield
    except (SQLAlchemyError, OSError, UnicodeError) as error:
        raise WrongSetting(_blame(settings, error)) from error


def _blame(settings: Settings, error: Exception) -> str:
    """Name the variable that is the cause of the driver's error."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    said = cause.args if cause and cause.args else (type(error).__name__,)
    code, reason = said[0], str(said[-1]).splitlines()[0]
    if of_tls := tls_fault(code, cause and cause.__cause__):
        return of_tls
    is_url = "://" in settings.database_url
    if code in _DENIED:
        variable = "DATABASE_URL" if is_url else "DATABASE_USERNAME/DATABASE_PASSWORD"
        return f"{variable}: {reason}"
    if code == ER.BAD_DB_ERROR:
        variable = "DATABASE_URL" if is_url else "DATABASE_NAME"
        return f"{variable}: {reason}: run `python main.py migrate`, which makes it"
    return f"DATABASE_URL: the database does not answer: {reason}"
