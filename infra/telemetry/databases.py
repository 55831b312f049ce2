"""Metrics of the databases: pools, replicas, routes of reads, and failed commits."""

from dataclasses import dataclass
from functools import partial
from math import inf
from typing import Literal, cast

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from sqlalchemy import QueuePool
from sqlalchemy.ext.asyncio import AsyncEngine

from infra.database.arrivals import Arrivals
from infra.database.counts import WriteCounts
from infra.database.replicas import FALLBACKS, ReadCounts, Replica
from infra.telemetry.sampling import Sampler

# how the values of several processes are combined
_Joined = Literal["livesum", "livemax", "livemin"]
_SECONDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 4)


@dataclass(frozen=True, slots=True)
class DatabaseMetrics:
    """Exports the numbers of the database layer."""

    registry: CollectorRegistry
    sampler: Sampler

    def show_pools(self, engines: dict[str, AsyncEngine]) -> None:
        in_use = self._gauge("pool_in_use", "Connections that somebody uses.", "pool")
        size = self._gauge("pool_size", "Connections that the pool keeps, at most.", "pool")
        overflow = self._gauge("pool_overflow", "Connections open beyond the pool's size.", "pool")
        for name, engine in engines.items():
            self.sampler.show(in_use.labels(name), partial(_in_use, engine))
            self.sampler.show(size.labels(name), partial(_size, engine))
            self.sampler.show(overflow.labels(name), partial(_overflow, engine))

    def show_replicas(self, replicas: tuple[Replica, ...]) -> None:
        lag = self._gauge(
            "replica_lag_seconds",
            "How far a replica is behind; +Inf: further than is measured.",
            "replica",
            across_processes="livemax",
        )
        is_read = self._gauge(
            "replica_is_read",
            "1 where a replica is read, 0 where it is left out.",
            "replica",
            across_processes="livemin",
        )
        for replica in replicas:
            self.sampler.show(lag.labels(replica.name), partial(_lag, replica))
            self.sampler.show(is_read.labels(replica.name), partial(_is_read, replica))

    def follow_reads(self, counts: ReadCounts) -> None:
        reads = self._counter("reads", "Reads, by the server that they ran on.", "server")
        waits = self._counter("position_waits", "Reads that waited for a replica.")
        timeouts = self._counter("position_timeouts", "Reads that waited for a replica in vain.")
        self.sampler.follow(reads.labels("replica"), lambda: counts.on_replica)
        self.sampler.follow(reads.labels("primary"), lambda: counts.on_primary)
        fallen_back = self._counter(
            "reads_fallen_back", "Reads on the primary that were a replica's, by reason.", "reason"
        )
        for reason in FALLBACKS:
            self.sampler.follow(
                fallen_back.labels(reason), partial(counts.fallen_back.__getitem__, reason)
            )
        self.sampler.follow(waits, lambda: counts.waits)
        self.sampler.follow(timeouts, lambda: counts.timeouts)

    def follow_commits(self, counts: WriteCounts) -> None:
        retryable = self._counter(
            "transactions_retryable",
            "Write transactions that failed by coincidence and were retried.",
        )
        unknown = self._counter("commits_unknown", "Commits whose outcome is unknown.")
        without_position = self._counter(
            "commits_without_position", "Commits that reported no position."
        )
        self.sampler.follow(retryable, lambda: counts.retryable)
        self.sampler.follow(unknown, lambda: counts.unknown)
        self.sampler.follow(without_position, lambda: counts.without_position)
        floors = self._histogram(
            "commit_to_floors_seconds",
            "From a commit to the moment at which no process shows what it has changed.",
        )
        self.sampler.observe(floors, counts.floor_seconds)

    def observe_arrivals(self, arrivals: Arrivals) -> None:
        seconds = self._histogram(
            "commit_to_replica_seconds",
            "From a commit to its arrival at a replica: one commit a second, for 4 s at most.",
            "replica",
        )
        self.sampler.observe_labelled(seconds.labels, arrivals.seconds)

    def _gauge(
        self, name: str, what: str, label: str, across_processes: _Joined = "livesum"
    ) -> Gauge:
        return Gauge(
            f"broadsheet_{name}",
            what,
            (label,),
            registry=self.registry,
            multiprocess_mode=across_processes,
        )

    def _histogram(self, name: str, what: str, *labels: str) -> Histogram:
        return Histogram(
            f"broadsheet_{name}", what, labels, buckets=_SECONDS, registry=self.registry
        )

    def _counter(self, name: str, what: str, *labels: str) -> Counter:
        return Counter(f"broadsheet_{name}", what, labels, registry=self.registry)


def _in_use(engine: AsyncEngine) -> int:
    return _pool(engine).checkedout()


def _size(engine: AsyncEngine) -> int:
    return _pool(engine).size()


def _overflow(engine: AsyncEngine) -> int:
    return max(_pool(engine).overflow(), 0)


def _pool(engine: AsyncEngine) -> QueuePool:
    # looked up each time: a disposed engine gets a new pool
    return cast(QueuePool, engine.sync_engine.pool)


def _lag(replica: Replica) -> float:
    return inf if replica.lag_seconds is None else replica.lag_seconds


def _is_read(replica: Replica) -> bool:
    return replica.why_not is None
