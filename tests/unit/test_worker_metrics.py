"""The port of a worker: what it answers while nothing responds, and how much it bears."""

from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from socket import create_connection
from typing import Any

import pytest

from application.readiness import Readiness, ReadRouting
from core.dependencies.container import Container
from core.dependencies.worker import Worker
from core.dependencies.worker_metrics import WorkerMetrics
from core.errors import WrongSetting
from infra.telemetry.exposition import forget_all_but
from tests.harness.ports import free_port


def no_container() -> Container:
    raise AssertionError("It is not to be started.")


@pytest.fixture
def port() -> Iterator[int]:
    """The port of a worker whose relay has not started."""
    port = free_port()
    metrics = WorkerMetrics(("127.0.0.1", port), Worker(no_container))
    metrics.serve()
    yield port
    metrics.close()


def status_of(port: int, path: str) -> int:
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", path)
    status = connection.getresponse().status
    connection.close()
    return status


def test_a_worker_that_does_not_respond_is_neither_alive_nor_ready(port: int) -> None:
    assert [status_of(port, path) for path in ("/healthz", "/ready", "/")] == [503, 503, 404]


def test_silent_callers_take_no_more_than_eight_threads(port: int) -> None:
    silent = [create_connection(("127.0.0.1", port)) for _ in range(8)]
    with create_connection(("127.0.0.1", port), timeout=60) as ninth:
        assert ninth.recv(1) == b""
    for each in silent:
        each.close()


def test_a_port_that_is_taken_is_said_to_be(port: int) -> None:
    with pytest.raises(WrongSetting, match=f"WORKER_METRICS_PORT: {port}: Address already in use"):
        WorkerMetrics(("127.0.0.1", port), Worker(no_container)).serve()


def test_gauges_of_processes_that_are_gone_are_forgotten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path))
    for number in range(3):
        for kind in ("gauge_livesum", "gauge_livemax", "counter", "histogram"):
            (tmp_path / f"{kind}_{number}.db").touch()
    forget_all_but({0, 2})
    left = {file.name for file in tmp_path.glob("*_1.db")}
    assert left == {"counter_1.db", "histogram_1.db"}
    assert len(list(tmp_path.iterdir())) == 10


@pytest.mark.parametrize(
    ("parts", "status"),
    [
        ({}, "ready"),
        ({"broker": "down"}, "not ready"),
        ({"status": "not ready", "primary": "down"}, "not ready"),
        ({"redis": "down"}, "ready"),
    ],
)
def test_a_worker_is_ready_where_it_reaches_what_jobs_need(
    parts: dict[str, Any], status: str
) -> None:
    well = Readiness(
        status="ready",
        primary="up",
        db_schema="present",
        replicas=(),
        redis="up",
        broker="up",
        reads=ReadRouting(on_replica=0, on_primary=0, waits=0, timeouts=0),
        notes=(),
    )
    assert well.model_copy(update=parts).of_worker().status == status
