"""A worker's `/metrics` and probes; and Prometheus, which scrapes a server and a worker."""

import os
import signal
from collections.abc import Callable

import pytest

from tests.harness.prometheus_server import PrometheusServer
from tests.harness.waiting import wait_until
from tests.monitoring.conftest import System
from tests.monitoring.files import DASHBOARDS, RULES, alerts, metrics_in, queries
from tests.support.profile import IS_FULL
from tests.support.worker import children_of, refused

SCRAPES = 60 if IS_FULL else 3
RUNS, WAITS = "job_duration_seconds_count", "job_wait_seconds_count"


def bulks(system: System) -> float:
    return system.of_worker().value(RUNS, kind="bulk_posts", outcome="succeeded")


def attempts(system: System) -> float:
    """At jobs of all kinds."""
    return system.of_worker().value(RUNS)


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
    before, attempts_before = bulks(system), attempts(system)
    pid = system.worker.process.pid
    killed = children_of(pid)
    for child in killed:
        os.kill(child, signal.SIGKILL)
    # nobody asks meanwhile: those that take their places forget their gauges
    wait_until(lambda: len(set(children_of(pid)) - set(killed)) == 2, "others take their places")
    # the relay alone is left, and those that a job has woken since, such as one that is retried
    wait_until(
        lambda: processes(system) - 1 <= attempts(system) - attempts_before,
        "the gauges of the dead ones are gone",
    )
    assert bulks(system) == before
    await system.bulk()
    wait_until(lambda: bulks(system) == before + 1, "the next process counts on")
    assert 2 <= processes(system) <= 3


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


@pytest.fixture(scope="module")
def prometheus(
    system: System, new_module_prometheus: Callable[..., PrometheusServer]
) -> PrometheusServer:
    """A Prometheus that has scraped all processes some times."""
    targets = {"broadsheet": system.server.address, "broadsheet-worker": system.worker_address}
    jobs = {job: [address.removeprefix("http://")] for job, address in targets.items()}
    prometheus = new_module_prometheus(jobs=jobs, rules=RULES)
    scrapes = f'min(sum_over_time(up{{job=~"broadsheet.*"}}[5m])) >= {SCRAPES}'
    wait_until(lambda: bool(prometheus.query(scrapes)), "it has scraped both", 120)
    return prometheus


async def used(system: System) -> None:
    """Let everything happen that a dashboard shows."""
    await system.bulk(3)
    post = await system.api.write(system.admin)
    for _ in range(3):
        for by in (None, system.admin):
            await system.api.get(f"/posts/{post['id']}", by)
        await system.api.get("/posts")
    # where a process has taken the caller's position from Redis, it waits for a replica
    for name in ("commit_to_replica_seconds_count", "position_waits_total"):
        wait_until(lambda name=name: system.of_server().value(name) > 0, name)  # type: ignore[misc]


async def test_every_metric_that_a_file_names_is_scraped(system: System) -> None:
    await used(system)
    scraped = {sample.name for sample in (*system.of_server().samples, *system.of_worker().samples)}
    named = set().union(*(metrics_in(alert["expr"]) for alert in alerts()))
    for dashboard in DASHBOARDS:
        named |= set().union(*map(metrics_in, queries(dashboard)))
    assert len(named) > 30
    assert named <= scraped


async def test_prometheus_answers_every_dashboard(
    system: System, prometheus: PrometheusServer
) -> None:
    await used(system)
    asked = [query for dashboard in DASHBOARDS for query in queries(dashboard)]
    empty = [query for query in asked if not prometheus.query(query)]
    assert len(DASHBOARDS) == 4
    assert empty == []


def test_prometheus_evaluates_every_alert(prometheus: PrometheusServer) -> None:
    def rules() -> list[dict[str, str]]:
        groups = prometheus.ask("rules")["groups"]
        return [rule for group in groups for rule in group["rules"]]

    wait_until(lambda: {"unknown"}.isdisjoint(rule["health"] for rule in rules()), "all were")
    assert [rule for rule in rules() if rule["health"] != "ok"] == []
    assert len(rules()) == len(alerts())
