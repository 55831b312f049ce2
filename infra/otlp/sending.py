"""What all that is sent by OTLP has in common: a collector that is down, hangs, or answers garbage
delays nothing, and is one line in the log a minute."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from threading import Thread, current_thread
from time import monotonic
from typing import Any

from requests import Response, Session

LOGGER = "broadsheet.otlp"
THREADS = "Otel"  # the SDK's threads and the one of metrics: their names begin with it
_END_SECONDS = 2.0
_PERIOD_SECONDS = 60.0
_ANSWER_BYTES = 65_536
_LONGEST = 200
_log = logging.getLogger(LOGGER)


class BoundedSession(Session):
    """Reads no more of an answer than a collector has to say, however much it sends."""

    def request(self, *args: Any, **options: Any) -> Response:
        answer = super().request(*args, **options | {"stream": True})
        with answer:
            answer.raw.read(_ANSWER_BYTES)
        return answer


async def has_ended(end: Callable[[], object]) -> bool:
    """Let a call send what is left, for two seconds at most; return whether it did."""
    loop, ended = asyncio.get_running_loop(), asyncio.Event()

    def work() -> None:
        end()
        with suppress(RuntimeError):  # the loop has ended meanwhile
            loop.call_soon_threadsafe(ended.set)

    # a daemon: nothing waits for a collector that hangs
    Thread(target=work, name=f"{THREADS}End", daemon=True).start()
    try:
        async with asyncio.timeout(_END_SECONDS):
            await ended.wait()
    except TimeoutError:
        return False
    return True


class _OneLineAMinute(logging.Handler):
    """Takes the place of the libraries' records, of which there are several for each batch."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self._next = 0.0

    def emit(self, record: logging.LogRecord) -> None:
        if monotonic() >= self._next:
            self._next = monotonic() + _PERIOD_SECONDS
            _log.warning("otlp: %s", _told(record))


def _told(record: logging.LogRecord) -> str:
    """Return a record in a short line; of errors the kind alone, as addresses may have keys."""
    of_record = record.args if isinstance(record.args, tuple) else ()
    named = (type(one).__name__ if isinstance(one, Exception) else one for one in of_record)
    text = str(record.msg) % tuple(named) if of_record else str(record.msg)
    return "".join(one if one.isprintable() else " " for one in text[:_LONGEST])


def _is_of_another(_record: logging.LogRecord) -> bool:
    return not current_thread().name.startswith(THREADS)


_QUIET = _OneLineAMinute()


def quiet() -> None:
    """Let the libraries log one line a minute at most."""
    logger = logging.getLogger("opentelemetry")
    logger.addHandler(_QUIET)
    logger.propagate = False
    # it warns of each answer with malformed headers, by a traceback
    logging.getLogger("urllib3.connection").addFilter(_is_of_another)
