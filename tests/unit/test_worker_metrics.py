"""The port of a worker: what it answers while nothing responds, and how much it bears."""

import asyncio
import os
from collections.abc import Iterator
from contextlib import suppress
from http.client import HTTPConnection, RemoteDisconnected
from pathlib import Path
from socket import create_connection
from threading import Event
from time import monotonic
from typing import Any

import pytest

from application.readiness import Readiness, ReadRouting
from core.dependencies.container import Container
from core.dependencies.worker import LoopThread, Worker
from core.dependencies.worker_metrics import WorkerMetrics
from core.errors import WrongSetting
from infra.telemetry import worker_port
from infra.telemetry.exposition import forget_all_but
from tests.harness.ports import free_port
from tests.harness.waiting import wait_until


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


def test_no_more_than_eight_callers_are_answered_at_once(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker_port._Handler, "timeout", 60)
    silent = [create_connection(("127.0.0.1", port)) for _ in range(8)]
    with create_connection(("127.0.0.1", port), timeout=60) as ninth, suppress(ConnectionError):
        ninth.sendall(b"GET /healthz HTTP/1.0\r\n\r\n")
        assert ninth.recv(1) == b""
    for each in silent:
        each.close()
    wait_until(lambda: is_answered(port), "others are answered again")


def is_answered(port: int) -> bool:
    try:
        return status_of(port, "/healthz") == 503
    except (ConnectionError, RemoteDisconnected):
        return False


def test_a_caller_that_sends_byte_by_byte_is_cut_off(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker_port, "_LONGEST_SECONDS", 0.5)
    end = monotonic() + 60
    with create_connection(("127.0.0.1", port), timeout=0.1) as slow, suppress(ConnectionError):
        while monotonic() < end:
            slow.sendall(b"G")
            with suppress(TimeoutError):
                assert slow.recv(1) == b""
                break
    assert monotonic() < end


def test_its_name_is_not_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    def asked(_: str = "") -> str:
        raise AssertionError("The DNS may not answer.")

    monkeypatch.setattr("socket.getfqdn", asked)
    metrics = WorkerMetrics(("127.0.0.1", free_port()), Worker(no_container))
    metrics.serve()
    metrics.close()


def test_what_is_answered_too_late_is_cancelled() -> None:
    cancelled = Event()

    async def hangs() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()

    loop = LoopThread()
    with pytest.raises(TimeoutError):
        loop.run(hangs(), 0.1)
    assert cancelled.wait(60)
    loop.close()


def test_two_scrapes_may_forget_a_process_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path))
    (tmp_path / "gauge_livesum_1.db").touch()
    remove = os.remove

    def removed_before(path: str) -> None:
        remove(path)
        remove(path)

    monkeypatch.setattr("os.remove", removed_before)
    forget_all_but({0})
    assert list(tmp_path.iterdir()) == []


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
