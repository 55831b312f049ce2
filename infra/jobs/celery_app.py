"""Celery, as it is set up here: its messages are mere wake-ups, and the table has the record."""

from typing import Any

from celery import Celery
from celery.utils.threads import bound_open_broker_sockets
from kombu.connection import Connection

TASK = "broadsheet.run"
QUEUE = "broadsheet"
_WAIT_SECONDS = 3
_HEARTBEAT_SECONDS = 10  # a silent connection is closed after two of them
_LONGEST_PAUSE_SECONDS = 5


class BoundConnection(Connection):
    """A connection whose waits end, and that is tried for again every five seconds."""

    def ensure_connection(self, *args: Any, **options: Any) -> Any:
        options["interval_max"] = _LONGEST_PAUSE_SECONDS  # else 30 s
        connected = super().ensure_connection(*args, **options)  # type: ignore[no-untyped-call]
        # amqp takes the end of its own `read_timeout` for an interruption, and reads on
        bound_open_broker_sockets(self, _WAIT_SECONDS)
        return connected


def celery_app(broker_url: str, result_backend: str | None) -> Celery:
    """Make an application of Celery; it connects to nothing yet."""
    app = Celery("broadsheet", broker=broker_url, backend=result_backend)
    app.amqp.Connection = BoundConnection
    app.conf.update(
        task_default_queue=QUEUE,
        task_default_exchange_type="topic",
        task_ignore_result=result_backend is None,
        # a job that is lost with its worker is told of again when its lease ends
        task_acks_late=False,
        worker_prefetch_multiplier=1,
        # of Redis; no `confirm_publish`, as a worker's events would wait for that
        broker_transport_options={"socket_timeout": _WAIT_SECONDS},
        broker_connection_timeout=2,
        broker_heartbeat=_HEARTBEAT_SECONDS,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        worker_hijack_root_logger=False,
    )
    return app
