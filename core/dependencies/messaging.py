"""Celery: `celery -A core.dependencies.messaging.celery worker -n worker1 --loglevel=info`."""

import sys
from typing import Any
from uuid import UUID

from celery import signals

from core.blog.container import blog_container
from core.config import Settings, load_settings
from core.dependencies.container import Container
from core.dependencies.ending import end_unread, end_within
from core.dependencies.worker import Worker
from core.dependencies.worker_metrics import WorkerMetrics
from core.dependencies.worker_start import WorkerConnection, check_results, ended
from core.errors import StartRefused, WrongSetting
from core.logging import configure_logging
from infra.jobs.celery_app import TASK, celery_app

_GRACE_SECONDS = 55  # the compose file grants 60


def _settings_or_exit() -> Settings:
    try:
        settings = load_settings()
        if not settings.broker:
            raise WrongSetting("CELERY_BROKER_URL: set it, as workers hear of jobs by it")
    except WrongSetting as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(2)
    return settings


_settings = _settings_or_exit()
_relay = Worker(lambda: blog_container(_settings))
_metrics = WorkerMetrics(_settings.worker_metrics_at, _relay)


def _container_of_jobs() -> Container:
    _metrics.count_apart()
    return blog_container(_settings)


_worker = Worker(_container_of_jobs)
celery = celery_app(_settings.broker, _settings.result_backend, WorkerConnection)


@celery.task(name=TASK)  # type: ignore[untyped-decorator]
def run(job_id: str) -> None:
    """Run a job, unless another worker does or did."""
    _worker.do(UUID(job_id))


@signals.worker_init.connect  # type: ignore[untyped-decorator]
def _starting(**_: Any) -> None:
    check_results(celery)
    _metrics.share()


@signals.setup_logging.connect  # type: ignore[untyped-decorator]
def _log(**_: Any) -> None:
    configure_logging(as_json=_settings.environment == "production")


@signals.worker_ready.connect  # type: ignore[untyped-decorator]
def _ready(**_: Any) -> None:
    try:
        _relay.relay()
        _metrics.serve()
    except (StartRefused, WrongSetting) as error:
        # Celery would go on without a relay; the supervisor starts the worker again
        raise ended(str(error)) from error


@signals.worker_shutting_down.connect  # type: ignore[untyped-decorator]
def _shutting_down(**_: Any) -> None:
    end_within(_GRACE_SECONDS)


@signals.worker_shutdown.connect  # type: ignore[untyped-decorator]
def _shut_down(**_: Any) -> None:
    _relay.close()
    _worker.close()
    _metrics.close()


@signals.worker_process_init.connect  # type: ignore[untyped-decorator]
def _process_starting(**_: Any) -> None:
    end_unread()
    _metrics.leave_port()
    _metrics.take_place()


@signals.worker_process_shutdown.connect  # type: ignore[untyped-decorator]
def _process_shut_down(**_: Any) -> None:
    _worker.close()
