"""All metrics of a process, and their registry."""

from collections.abc import Iterable

from prometheus_client import CollectorRegistry, Gauge, ProcessCollector
from prometheus_client.metrics_core import Metric

from application.readiness import Readiness
from application.status import MachineStatus
from core.dependencies.resources import Resources
from infra.telemetry.cache import measure_cache
from infra.telemetry.databases import DatabaseMetrics
from infra.telemetry.exposition import (
    OPEN_METRICS_TEXT,
    PROMETHEUS_TEXT,
    collected,
    count_as,
    exposition,
    forget_all_but,
    forget_process,
    numbers_shared,
    open_exposition,
)
from infra.telemetry.history import History, jobs_in, pools_in
from infra.telemetry.jobs import measure_jobs
from infra.telemetry.redis import measure_redis
from infra.telemetry.requests import RequestMetrics
from infra.telemetry.sampling import Sampler
from infra.telemetry.statements import StatementMetrics
from infra.telemetry.tallies import measure_tallies

__all__ = [
    "OPEN_METRICS_TEXT",
    "PROMETHEUS_TEXT",
    "Telemetry",
    "count_as",
    "forget_all_but",
    "forget_process",
    "numbers_shared",
]


class Telemetry:
    """The metrics of one container, in a registry of their own."""

    def __init__(self, resources: Resources) -> None:
        self._resources = resources
        self._registry = CollectorRegistry()
        self.sampler = Sampler()
        self.history = History(lambda: collected(self._registry))
        self.requests = RequestMetrics(self._registry)
        self._measure_databases(resources)
        if resources.redis:
            measure_redis(resources.redis, self._registry, self.sampler)
        if resources.cache:
            measure_cache(resources.cache.counts, self._registry, self.sampler)
        kinds = resources.registry.jobs.keys()
        measure_jobs(resources.job_counts, kinds, self._registry, self.sampler)
        tallies = resources.registry.tallies
        measure_tallies(tallies, resources.tally_counts, self._registry, self.sampler)
        # in a single process only: shared files can't hold these
        ProcessCollector(registry=self._registry)
        self._count_process()

    def text(self) -> bytes:
        """Return all metrics in Prometheus' text format."""
        self.sampler.sample()
        return exposition(self._registry)

    def open_metrics(self) -> bytes | None:
        """Return the same in the format that has exemplars; None where processes share files, which
        have none."""
        self.sampler.sample()
        return open_exposition(self._registry)

    def of_this_process(self) -> Iterable[Metric]:
        """Return the metrics of this process alone, whose sampled ones are a second old at most."""
        return self._registry.collect()

    def status(self, readiness: Readiness) -> MachineStatus:
        """Return the state of this server, whose parts have this one."""
        numbers, history = self.history.numbers(), self.history
        routes_seconds, routes = history.routes(numbers)
        return MachineStatus(
            started_at=history.started_at,
            processes=int(numbers.sum("processes")),
            readiness=readiness,
            samples=tuple(history.samples),
            routes=routes,
            routes_seconds=routes_seconds,
            pools=pools_in(numbers),
            jobs=jobs_in(numbers),
            oldest_due_seconds=numbers.sum("jobs_oldest_due_seconds"),
        )

    def show_replicas(self) -> None:
        """Show the replicas, in a process that watches them."""
        databases = DatabaseMetrics(self._registry, self.sampler)
        databases.show_replicas(self._resources.reads.replicas)
        databases.observe_arrivals(self._resources.primary.arrivals)

    def _count_process(self) -> None:
        what = "Processes of this server, or of this worker."
        registry = self._registry
        Gauge("broadsheet_processes", what, registry=registry, multiprocess_mode="livesum").set(1)

    def _measure_databases(self, resources: Resources) -> None:
        primary, reads = resources.primary, resources.reads
        statements = StatementMetrics(self._registry)
        for engine, role in resources.engines_with_roles():
            statements.time(engine, role)
        databases = DatabaseMetrics(self._registry, self.sampler)
        replicas = {replica.name: replica.engine for replica in reads.replicas}
        databases.show_pools({"write": primary.engine, "primary": reads.primary} | replicas)
        databases.follow_reads(reads.counts)
        databases.follow_commits(primary.counts)
