"""Errors that prevent a worker's start: one line on stderr, and an exit code that is not 0."""

import sys
from collections.abc import Callable
from typing import Any

from amqp.exceptions import AccessRefused, NotAllowed
from celery import Celery
from celery.backends.database import DatabaseBackend
from celery.backends.redis import RedisBackend
from celery.exceptions import WorkerShutdown
from redis.exceptions import AuthenticationError
from sqlalchemy.exc import DBAPIError

from infra.jobs.celery_app import BoundConnection

_TO_BE_KNOWN = "give it a user, a password and a virtual host that the broker knows"
_TO_KEEP_RESULTS = "no results are kept there: mend it, or unset it, as nothing here needs them"


class WorkerConnection(BoundConnection):
    """Ends its worker where the broker refuses the connection, as a retry would fail again."""

    def ensure_connection(
        self, errback: Callable[[Exception, float], Any] | None = None, *args: Any, **options: Any
    ) -> Any:
        def note(error: Exception, pause: float) -> None:
            if isinstance(error, AuthenticationError):
                raise _refused(error)
            if errback:
                errback(error, pause)

        try:
            return super().ensure_connection(note, *args, **options)
        except (AccessRefused, NotAllowed) as error:
            raise _refused(error.reply_text) from error


def _refused(said: object) -> WorkerShutdown:
    return ended(f"CELERY_BROKER_URL: {_in_one_line(said)}: {_TO_BE_KNOWN}")


def check_results(celery: Celery) -> None:
    """End where Celery can't store results; creates a database's tables for them."""
    try:
        _ask(celery.backend)
    except Exception as error:
        said = _in_one_line(_reason(error))
        raise ended(f"CELERY_BACKEND_URL: {said}: {_TO_KEEP_RESULTS}") from error


def _ask(backend: Any) -> None:
    if isinstance(backend, RedisBackend):
        backend.client.ping()
    if isinstance(backend, DatabaseBackend):
        # connects once first, as Celery tries ten times to create the tables
        engine = backend.session_manager.get_engine(backend.url, **backend.engine_options)
        engine.connect().close()
        backend.ResultSession().close()


def ended(line: str) -> WorkerShutdown:
    """Print why a worker ends, and return the exception to raise; Celery prints tracebacks of
    others."""
    sys.stderr.write(f"{line}\n")
    return WorkerShutdown(1)


def _reason(error: Exception) -> object:
    # without the links that SQLAlchemy adds
    return error.orig.args[-1] if isinstance(error, DBAPIError) and error.orig else error


def _in_one_line(said: object) -> str:
    return " ".join(str(said).split()).rstrip(".")
