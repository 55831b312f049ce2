"""The Celery application: messages only wake workers; the table `job` has all job state."""

from typing import Any

from celery import Celery
from celery.utils.threads import bound_open_broker_sockets
from kombu.connection import Connection

TASK = "broadsheet.run"
QUEUE = "broadsheet"
_CONNECT_SECONDS = 2
_WAIT_SECONDS = 3
_HEARTBEAT_SECONDS = 10  # the broker closes a connection after two missed heartbeats
_LONGEST_PAUSE_SECONDS = 5


class BoundConnection(Connection):
    """A consumer's connection: with timeouts, and reconnected every five seconds."""

    def ensure_connection(self, *args: Any, **options: Any) -> Any:
        options["interval_max"] = _LONGEST_PAUSE_SECONDS  # else 30 s
        connected = super().ensure_connection(*args, **options)  # type: ignore[no-untyped-call]
        # amqp handles its own `read_timeout` as an interrupted call, and reads on
        bound_open_broker_sockets(self, _WAIT_SECONDS)
        return connected


def celery_app(
    broker_url: str,
    result_backend: str | None,
    connection: type[BoundConnection] = BoundConnection,
) -> Celery:
    """Make a Celery application; this opens no connection."""
    app = Celery("broadsheet", broker=broker_url, backend=result_backend)
    app.amqp.Connection = connection
    app.conf.update(
        task_default_queue=QUEUE,
        task_default_exchange_type="topic",
        task_ignore_result=result_backend is None,
        # the worker creates the result tables at its start, and reports a failure in one line
        database_create_tables_at_setup=False,
        database_engine_options=_engine_options(result_backend or ""),
        redis_socket_connect_timeout=_CONNECT_SECONDS,
        redis_socket_timeout=_WAIT_SECONDS,
        # a job that is lost with its worker is sent again when its lease ends
        task_acks_late=False,
        worker_prefetch_multiplier=1,
        # of Redis; no `confirm_publish`, as a worker's events would wait for that
        broker_transport_options={"socket_timeout": _WAIT_SECONDS},
        broker_connection_timeout=_CONNECT_SECONDS,
        broker_heartbeat=_HEARTBEAT_SECONDS,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        worker_hijack_root_logger=False,
    )
    return app


def _engine_options(result_backend: str) -> dict[str, Any]:
    """Return Celery's default engine options, with timeouts for a MySQL server."""
    options: dict[str, Any] = {"pool_pre_ping": True, "pool_recycle": 3600}
    if result_backend.startswith("db+mysql+pymysql:"):
        waits = dict.fromkeys(("read_timeout", "write_timeout"), _WAIT_SECONDS)
        options["connect_args"] = waits | {"connect_timeout": _CONNECT_SECONDS}
    return options
