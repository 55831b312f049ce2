"""Several processes: whichever is asked for metrics answers for all."""

import os
import re
import signal
from pathlib import Path

import httpx

from tests.e2e.test_server import on_mysql
from tests.harness.waiting import wait_until
from tests.support.metrics import Metrics, parsed
from tests.support.server import Server, serving

__all__ = ["on_mysql"]


def ask(server: Server, path: str) -> httpx.Response:
    """Ask over a connection of its own: any worker may get it."""
    # without certificates, which take longer to load than the answer
    return httpx.get(server.address + path, verify=False).raise_for_status()


def metrics_of(server: Server) -> Metrics:
    return parsed(ask(server, "/metrics"))


def lists_counted(server: Server) -> float:
    requests = "http_request_duration_seconds_count"
    return metrics_of(server).value(requests, route="/api/v1/posts", status="200")


def ask_for_lists(server: Server) -> None:
    for _ in range(40):
        ask(server, "/api/v1/posts")
    # a request is counted after its answer has gone out
    wait_until(lambda: lists_counted(server) == 40, "all are counted")


def pools(server: Server) -> float:
    return metrics_of(server).value("pool_size", pool="write") / 10


def files(server: Server) -> set[str]:
    """Where its processes keep what they count."""
    return {file.name for file in server.log.parent.glob("broadsheet-metrics-*/histogram_*")}


def test_workers_share_their_numbers(on_mysql: dict[str, str], tmp_path: Path) -> None:
    on_mysql["TMPDIR"] = str(tmp_path)
    with serving(tmp_path, "--workers", "2", **on_mysql) as server:
        ask_for_lists(server)
        assert [lists_counted(server) for _ in range(8)] == [40] * 8
        wait_until(lambda: metrics_of(server).value("replica_is_read") == 1, "it has caught up")
        wait_until(lambda: pools(server) == 2, "both have told of their pools")
        check_death(server)


def check_death(server: Server) -> None:
    """A worker that dies leaves what it counted to the one that takes its place."""
    before = files(server)
    [first, *_] = re.findall(r"Started server process \[(\d+)\]", server.log.read_text())
    os.kill(int(first), signal.SIGKILL)
    wait_until(
        lambda: server.log.read_text().count("startup complete") == 3,
        "another has taken its place",
        timeout=120,
    )
    wait_until(lambda: pools(server) == 2, "what the dead one had is gone")
    assert [pools(server) for _ in range(8)] == [2] * 8
    assert lists_counted(server) == 40
    assert len(before) == 2
    assert files(server) == before
