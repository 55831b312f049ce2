"""The last hour of a server: its numbers, sampled every ten seconds and kept in memory.

A sample reads what `/metrics` shows, so it has the numbers of all processes of the server, and a
request costs nothing more. It takes the longer the more processes there are, each of which samples:
so it is taken less often where it takes more than a tenth of a second. All routes are kept once in
ten minutes only, as they take most room.
"""

import asyncio
import logging
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Sequence
from math import inf
from time import monotonic

from prometheus_client.metrics_core import Metric

from application.status import Durations, PoolNumbers, RouteNumbers, Sample
from infra.telemetry.numbers import Numbers

_PERIOD_SECONDS = 10.0
_PAUSES = 100  # between samples, at least as many times what one takes: 1% of a processor
_KEPT_SECONDS = 3_600
_BETWEEN_ROUTES_SECONDS = 600
_WANTED = frozenset(
    {"http_request_duration_seconds", "cache_answers", "jobs", "jobs_oldest_due_seconds"}
    | {"pool_in_use", "pool_size", "pool_overflow", "processes", "replica_lag_seconds"}
)
_REQUESTS = "http_request_duration_seconds"
_WAITING = ("queued", "sent")

# who calls these is told 503 on purpose, as while a server drains
_OF_OPERATORS = frozenset({"/healthz", "/metrics", "/readyz"})

_Route = tuple[str, str]
_Routes = dict[_Route, RouteNumbers]
_log = logging.getLogger("broadsheet.history")


class History:
    """The samples of a server, taken by one of its processes."""

    def __init__(
        self,
        collect: Callable[[], Iterable[Metric]],
        period_seconds: float = _PERIOD_SECONDS,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._collect = collect
        self._period_seconds = period_seconds
        self._clock = clock
        self.started_at = clock()
        self.samples: deque[Sample] = deque()
        self._routes: deque[tuple[float, _Routes]] = deque()

    async def run(self) -> None:
        """Sample until cancelled."""
        while True:
            began = self._clock()
            try:
                # beside the event loop: reading the numbers of many routes takes milliseconds
                await asyncio.to_thread(self.sample)
            except Exception:
                # the history must not end: a process that starts has an empty file for a moment
                _log.exception("a sample failed")
            took = self._clock() - began
            await asyncio.sleep(max(self._period_seconds, took * _PAUSES))

    def sample(self) -> None:
        """Add a sample, and remove what is older than an hour."""
        numbers, now = self.numbers(), self._clock()
        routes = _routes_in(numbers)
        self.samples.append(_sample_of(numbers, routes, now))
        while self.samples[0].at < now - _KEPT_SECONDS:
            self.samples.popleft()
        if not self._routes or now - self._routes[-1][0] >= _BETWEEN_ROUTES_SECONDS:
            self._routes.append((now, routes))
        while self._routes[0][0] < now - _KEPT_SECONDS:
            self._routes.popleft()

    def numbers(self) -> Numbers:
        """Return the present values."""
        return Numbers(self._collect(), _WANTED)

    def routes(self, now: Numbers) -> tuple[float, Sequence[RouteNumbers]]:
        """Return what was counted of each route in the last hour, or since this process started,
        and how many seconds that is: up to ten minutes less than an hour."""
        since, earlier = self._routes[0] if self._routes else (self.started_at, {})
        found = _routes_in(now).items()
        return self._clock() - since, [route.since(earlier.get(key)) for key, route in found]


def pools_in(numbers: Numbers) -> Sequence[PoolNumbers]:
    """Return the pools of connections."""
    sizes, in_use = numbers.by("pool_size", "pool"), numbers.by("pool_in_use", "pool")
    overflow = numbers.by("pool_overflow", "pool")
    return [
        PoolNumbers(name, int(in_use[name]), int(size), int(overflow[name]))
        for name, size in sizes.items()
    ]


def jobs_in(numbers: Numbers) -> dict[str, int]:
    """Return how many jobs are in each state."""
    return {state: int(count) for state, count in numbers.by("jobs", "state").items()}


def _sample_of(numbers: Numbers, routes: _Routes, at: float) -> Sample:
    known = routes.values()
    jobs = numbers.by("jobs", "state")
    return Sample(
        at=at,
        durations=_added(route.durations for route in known),
        errors=sum(route.errors for route in known if route.route not in _OF_OPERATORS),
        hits=numbers.sum("cache_answers_total", outcome="hit"),
        asked=numbers.sum("cache_answers_total"),
        waiting=sum(jobs.get(state, 0) for state in _WAITING),
        lag=_lag_in(numbers),
    )


def _lag_in(numbers: Numbers) -> float | None:
    lags = numbers.by("replica_lag_seconds", "replica").values()
    return max(lags) if lags and max(lags) < inf else None


def _routes_in(numbers: Numbers) -> _Routes:
    buckets: dict[_Route, dict[float, float]] = defaultdict(lambda: defaultdict(float))
    for labels, value in numbers.of(f"{_REQUESTS}_bucket"):
        bound = labels["le"]
        buckets[_key(labels)][inf if bound == "+Inf" else float(bound)] += value
    seconds, errors = _by_route(numbers, "sum"), _errors_by_route(numbers)
    return {
        key: RouteNumbers(*key, _durations(counts), seconds[key], errors[key])
        for key, counts in buckets.items()
    }


def _by_route(numbers: Numbers, what: str) -> dict[_Route, float]:
    sums: dict[_Route, float] = defaultdict(float)
    for labels, value in numbers.of(f"{_REQUESTS}_{what}"):
        sums[_key(labels)] += value
    return sums


def _errors_by_route(numbers: Numbers) -> dict[_Route, float]:
    sums: dict[_Route, float] = defaultdict(float)
    for labels, value in numbers.of(f"{_REQUESTS}_count"):
        if labels["status"].startswith("5"):
            sums[_key(labels)] += value
    return sums


def _key(labels: dict[str, str]) -> _Route:
    return labels["method"], labels["route"]


def _durations(counts: dict[float, float]) -> Durations:
    bounds = tuple(sorted(counts))
    return Durations(bounds, tuple(counts[bound] for bound in bounds))


def _added(each: Iterable[Durations]) -> Durations:
    sums: dict[float, float] = defaultdict(float)
    for durations in each:
        for bound, count in zip(durations.bounds, durations.counts, strict=True):
            sums[bound] += count
    return _durations(sums)
