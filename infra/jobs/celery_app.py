"""Celery, as it is set up here: its messages are mere wake-ups, and the table has the record."""

from celery import Celery

TASK = "broadsheet.run"
_QUEUE = "broadsheet"


def celery_app(broker_url: str, result_backend: str | None) -> Celery:
    """Make an application of Celery; it connects to nothing yet."""
    app = Celery("broadsheet", broker=broker_url, backend=result_backend)
    app.conf.update(
        task_default_queue=_QUEUE,
        task_default_exchange_type="topic",
        task_ignore_result=result_backend is None,
        # a job that is lost with its worker is told of again when its lease ends
        task_acks_late=False,
        worker_prefetch_multiplier=1,
        broker_transport_options={"confirm_publish": True},
        broker_connection_timeout=2,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        worker_hijack_root_logger=False,
    )
    return app
