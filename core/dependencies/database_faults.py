"""Database errors at the start, as errors of the settings."""

from collections.abc import Iterator
from contextlib import contextmanager
from os import strerror
from socket import gaierror

from pymysql.constants import CR, ER
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
    if code == CR.CR_CONN_HOST_ERROR:
        return _no_answer(settings, cause and cause.__cause__)
    return f"DATABASE_URL: the database does not answer: {reason}"


def _no_answer(settings: Settings, error: BaseException | None) -> str:
    url = settings.primary
    said = f"no MySQL server answers at {url.host}:{url.port or 3306}{_reason(error)}"
    return f"DATABASE_URL: {said}: start it, or name another"


def _reason(error: BaseException | None) -> str:
    if isinstance(error, gaierror):
        return f" ({error.strerror})"
    errno = error.errno if isinstance(error, OSError) else None
    return f" ({strerror(errno)})" if errno else ""
