"""Logs: one line of JSON for each record in production, readable ones in development."""

import logging
import sys
import warnings

import structlog
from jwt.warnings import InsecureKeyLengthWarning

from application.tracing import current_span


def _add_trace(
    _logger: object, _method: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    if span := current_span():
        event.update(trace_id=span.trace_id, span_id=span.span_id)
    return event


_SHARED = (
    structlog.contextvars.merge_contextvars,
    _add_trace,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.ExtraAdder(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
)
_OF_CALLERS = frozenset({"path", "client", "request_id"})
_LONGEST = 500  # characters of a value


def _without_uvicorns_colours(
    _logger: object, _method: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    event.pop("color_message", None)
    return event


def _plain(
    _logger: object, _method: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    """Shorten and escape values that callers choose: terminals interpret control characters."""
    for name, value in event.items():
        if name in _OF_CALLERS and isinstance(value, str):
            event[name] = _printable(value[:_LONGEST])
    return event


def _printable(text: str) -> str:
    if text.isprintable():
        return text
    return "".join(
        one if one.isprintable() else one.encode("unicode_escape").decode() for one in text
    )


def json_formatter() -> logging.Formatter:
    """Return what writes a record as one line of JSON."""
    return _formatter(structlog.processors.format_exc_info, structlog.processors.JSONRenderer())


def _readable_formatter() -> logging.Formatter:
    return _formatter(
        structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(),
            # the pretty tracebacks show local variables, such as passwords and tokens
            exception_formatter=structlog.dev.plain_traceback,
        )
    )


def _formatter(*last: structlog.typing.Processor) -> logging.Formatter:
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=_SHARED,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            _without_uvicorns_colours,
            _plain,
            *last,
        ],
    )


def configure_logging(*, as_json: bool) -> None:
    """Send all records of all libraries to standard error in one format."""
    formatter = json_formatter() if as_json else _readable_formatter()
    # they are not logged, and collecting them costs time for each record
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    handler = logging.StreamHandler()
    handler.setFormatter(formatter)
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for name in ("uvicorn", "uvicorn.error"):
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = True
    # each request is logged already
    logging.getLogger("uvicorn.access").disabled = True
    logging.getLogger("alembic").setLevel(logging.WARNING)
    # the start logs it once, and names the variable
    warnings.simplefilter("ignore", InsecureKeyLengthWarning)
