"""The last hour of a server: its numbers, sampled every ten seconds and kept in memory.

A sample reads what `/metrics` shows, so it has the numbers of all processes of the server, and a
request costs nothing more. All routes are kept once in ten minutes only, as they take most room.
"""

import asyncio
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Sequence
from math import inf
from time import time

from prometheus_client.metrics_core import Metric

from application.status import Durations, PoolNumbers, RouteNumbers, Sample
from infra.telemetry.numbers import Numbers

_PERIOD_SECONDS = 10.0
_SAMPLES = 361  # an hour, with both ends
_BETWEEN_ROUTES = 60
_WANTED = frozenset(
    {"http_request_duration_seconds", "cache_answers", "jobs", "jobs_oldest_due_seconds"}
    | {"pool_in_use", "pool_size", "pool_overflow", "processes", "replica_lag_seconds"}
)
_REQUESTS = "http_request_duration_seconds"
_WAITING = ("queued", "sent")

_Route = tuple[str, str]


class History:
    """The samples of a server."""

    def __init__(self, collect: Callable[[], Iterable[Metric]]) -> None:
        self._collect = collect
        self.started_at = time()
        self.samples: deque[Sample] = deque(maxlen=_SAMPLES)
        self._routes: deque[dict[_Route, RouteNumbers]] = deque(
            maxlen=_SAMPLES // _BETWEEN_ROUTES + 1
        )
        self._until_routes = 0

    async def run(self) -> None:
        """Sample until cancelled."""
        while True:
            # beside the event loop: reading the numbers of many routes takes milliseconds
            await asyncio.to_thread(self.sample)
            await asyncio.sleep(_PERIOD_SECONDS)

    def sample(self) -> None:
        """Add a sample."""
        numbers = self.numbers()
        routes = _routes_in(numbers)
        self.samples.append(_sample_of(numbers, routes.values()))
        if self._until_routes == 0:
            self._routes.append(routes)
        self._until_routes = (self._until_routes + 1) % _BETWEEN_ROUTES

    def numbers(self) -> Numbers:
        """Return the present values."""
        return Numbers(self._collect(), _WANTED)

    def routes(self, now: Numbers) -> Sequence[RouteNumbers]:
        """Return what was counted of each route in the last hour, or since the start."""
        earlier = self._routes[0] if len(self._routes) == self._routes.maxlen else {}
        found = _routes_in(now).items()
        return [route.since(earlier.get(key)) for key, route in found]


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


def _sample_of(numbers: Numbers, routes: Iterable[RouteNumbers]) -> Sample:
    known = list(routes)
    jobs = numbers.by("jobs", "state")
    return Sample(
        at=time(),
        durations=_added(route.durations for route in known),
        errors=sum(route.errors for route in known),
        hits=numbers.sum("cache_answers_total", outcome="hit"),
        asked=numbers.sum("cache_answers_total"),
        waiting=sum(jobs.get(state, 0) for state in _WAITING),
        lag=_lag_in(numbers),
    )


def _lag_in(numbers: Numbers) -> float | None:
    lags = numbers.by("replica_lag_seconds", "replica").values()
    return max(lags) if lags and max(lags) < inf else None


def _routes_in(numbers: Numbers) -> dict[_Route, RouteNumbers]:
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
