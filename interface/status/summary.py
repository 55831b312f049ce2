"""What the page says of the server, made of its numbers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from time import monotonic

from application.status import MachineStatus, PoolNumbers, RouteNumbers, Sample
from core.version import VERSION
from interface.status import formatting
from interface.status.plots import Pair, Plot, Value, pairs_of, plot

_SHOWN = 8
_MEDIAN, _P95, _P99 = 0.5, 0.95, 0.99


@dataclass(frozen=True, slots=True)
class State:
    """A part, and how it does: `is_well` is None for one that is not configured."""

    name: str
    text: str
    is_well: bool | None


@dataclass(frozen=True, slots=True)
class Database:
    """A database: its role, its lag, and whether it is read or why not."""

    name: str
    role: str
    lag: str
    text: str
    is_well: bool


@dataclass(frozen=True, slots=True)
class RouteRow:
    """A route, as tables show it."""

    name: str
    calls: float
    errors: float
    median: float | None
    p95: float | None
    seconds: float

    @classmethod
    def of(cls, route: RouteNumbers) -> "RouteRow":
        return cls(
            route.name,
            route.durations.total,
            route.errors,
            route.quantile(_MEDIAN),
            route.quantile(_P95),
            route.seconds,
        )


@dataclass(frozen=True, slots=True)
class Totals:
    """The numbers of the whole time that the plots show."""

    requests: float
    errors: float
    hits: float | None  # percent of what was asked of the cache
    median: float | None
    p95: float | None
    p99: float | None


@dataclass(frozen=True, slots=True)
class Summary:
    """What the page says of the server."""

    version: str
    now: datetime
    uptime: float
    processes: int
    states: tuple[State, ...]
    notes: tuple[str, ...]
    seconds: float  # that the plots show
    totals: Totals | None
    plots: tuple[Plot, ...]
    databases: tuple[Database, ...]
    pools: Sequence[PoolNumbers]
    jobs: dict[str, int]
    oldest_due_seconds: float
    routes_seconds: float  # that the tables of routes show
    slowest: tuple[RouteRow, ...]
    longest: tuple[RouteRow, ...]
    failing: tuple[RouteRow, ...]


def summary_of(status: MachineStatus) -> Summary:
    """Make the summary of a server's status."""
    samples, readiness = status.samples, status.readiness
    routes = [RouteRow.of(route) for route in status.routes if route.durations.total >= 1]
    return Summary(
        version=VERSION,
        now=datetime.now(UTC),
        uptime=monotonic() - status.started_at,
        processes=status.processes,
        states=_states(status),
        notes=readiness.notes,
        seconds=samples[-1].at - samples[0].at if samples else 0.0,
        totals=_totals(samples[0], samples[-1]) if len(samples) > 1 else None,
        plots=_plots(pairs_of(samples)),
        databases=_databases(status),
        pools=status.pools,
        jobs=status.jobs,
        oldest_due_seconds=status.oldest_due_seconds,
        routes_seconds=status.routes_seconds,
        slowest=_first(routes, lambda route: route.p95 or 0.0),
        longest=_first(routes, lambda route: route.seconds),
        failing=_first([route for route in routes if route.errors], lambda route: route.errors),
    )


def _states(status: MachineStatus) -> tuple[State, ...]:
    readiness = status.readiness
    read = sum(replica.is_read for replica in readiness.replicas)
    replicas = len(readiness.replicas)
    dead = status.jobs.get("dead", 0)
    return (
        State("Primary", readiness.primary, readiness.primary == "up"),
        State(
            "Replicas",
            f"{read} of {replicas} read" if replicas else "none",
            read == replicas if replicas else None,
        ),
        _optional("Redis", readiness.redis),
        _optional("Broker", readiness.broker),
        State("Dead jobs", f"{dead}", dead == 0),
    )


def _optional(name: str, text: str) -> State:
    return State(name, text, None if text == "not configured" else text == "up")


def _databases(status: MachineStatus) -> tuple[Database, ...]:
    readiness = status.readiness
    schema = f"{readiness.primary}, schema {readiness.db_schema}"
    return (
        Database(
            "primary", "writes, and reads that need it", "–", schema, readiness.primary == "up"
        ),
        *(
            Database(
                replica.name,
                "replica",
                formatting.lag(replica.lag_seconds),
                replica.why_not or "read",
                replica.is_read,
            )
            for replica in readiness.replicas
        ),
    )


def _totals(first: Sample, last: Sample) -> Totals:
    durations = last.durations.since(first.durations)
    return Totals(
        requests=durations.total,
        errors=last.errors - first.errors,
        hits=_hits((first, last)),
        median=durations.quantile(_MEDIAN),
        p95=durations.quantile(_P95),
        p99=durations.quantile(_P99),
    )


def _plots(pairs: Sequence[Pair]) -> tuple[Plot, ...]:
    latencies = {"median": _quantile(_MEDIAN), "p95": _quantile(_P95), "p99": _quantile(_P99)}
    return (
        plot("Requests", pairs, {"": _requests}, formatting.rate, 1),
        plot("Latency", pairs, latencies, formatting.duration, 0.01),
        plot("Errors (5xx)", pairs, {"": _errors}, formatting.per_minute, 1),
        plot("Hits of the cache", pairs, {"": _hits}, formatting.percent, 100),
        plot("Lag of replicas", pairs, {"": lambda pair: pair[1].lag}, formatting.duration, 1),
        plot("Waiting jobs", pairs, {"": lambda pair: pair[1].waiting}, formatting.count, 10),
    )


def _quantile(share: float) -> Value:
    return lambda pair: pair[1].durations.since(pair[0].durations).quantile(share)


def _requests(pair: Pair) -> float:
    return (pair[1].durations.total - pair[0].durations.total) / _seconds(pair)


def _errors(pair: Pair) -> float:
    return 60 * (pair[1].errors - pair[0].errors) / _seconds(pair)


def _hits(pair: Pair) -> float | None:
    asked = pair[1].asked - pair[0].asked
    return 100 * (pair[1].hits - pair[0].hits) / asked if asked else None


def _seconds(pair: Pair) -> float:
    return max(pair[1].at - pair[0].at, 0.001)


def _first(routes: Sequence[RouteRow], by: Callable[[RouteRow], float]) -> tuple[RouteRow, ...]:
    return tuple(sorted(routes, key=by, reverse=True)[:_SHOWN])
