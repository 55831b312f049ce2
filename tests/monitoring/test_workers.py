"""A worker's `/metrics`, which answers for all its processes, and its probes."""

import os
import signal

from tests.harness.waiting import wait_until
from tests.monitoring.conftest import System
from tests.support.worker import children_of, refused

RUNS, WAITS = "job_duration_seconds_count", "job_wait_seconds_count"


def bulks(system: System) -> float:
    return system.of_worker().value(RUNS, kind="bulk_posts", outcome="succeeded")


def processes(system: System) -> float:
    return system.of_worker().value("processes")


async def test_jobs_are_counted_by_kind_and_outcome(system: System) -> None:
    wait_until(lambda: bulks(system) >= 1, "the job is counted")
    metrics = system.of_worker()
    assert metrics.value(WAITS, kind="bulk_posts") == metrics.value(RUNS, kind="bulk_posts")
    # the process that did it and the relay; neither lags
    assert 2 <= metrics.value("processes") <= 3
    assert metrics.value("replica_is_read") == 1
    assert metrics.value("replica_lag_seconds") < 60
    assert metrics.value("sql_statement_duration_seconds_count", server="write") > 0


async def test_the_way_of_a_commit_is_timed(system: System) -> None:
    await system.bulk(3)
    names = ("commit_to_floors_seconds_count", "commit_to_replica_seconds_count")
    wait_until(lambda: min(map(system.of_worker().value, names)) > 0, "the worker has both")
    await system.api.write(system.admin)
    wait_until(lambda: min(map(system.of_server().value, names)) > 0, "the server has both")
    assert 0 < system.of_server().value("commit_to_floors_seconds_sum") < 60


async def test_a_dead_process_leaves_its_counts_and_none_of_its_gauges(system: System) -> None:
    before = bulks(system)
    for child in children_of(system.worker.process.pid):
        os.kill(child, signal.SIGKILL)
    wait_until(lambda: processes(system) == 1, "the relay alone is left")
    assert bulks(system) == before
    await system.bulk()
    wait_until(lambda: bulks(system) == before + 1, "the next process counts on")
    assert processes(system) == 2


async def test_probes_tell_of_the_worker(system: System) -> None:
    assert system.asked_worker("/healthz").json() == {"status": "alive"}
    answer = system.asked_worker("/ready")
    up = {"status": "ready", "primary": "up", "db_schema": "present", "broker": "up"}
    assert (answer.status_code, answer.json()) == (200, up)
    assert system.asked_worker("/metrics/more").status_code == 404


async def test_a_port_that_is_taken_ends_the_worker_with_one_line(system: System) -> None:
    folder = system.worker.log.parent
    code, said = refused(folder, "--pool=solo", **system.environment)
    [line] = [line for line in said.splitlines() if "WORKER_METRICS_PORT" in line]
    assert "Address already in use" in line
    assert (code, "Traceback" in said) == (1, False)
