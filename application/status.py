"""The numbers of a server in its last hour: samples, and what is made of them."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from application.readiness import Readiness


@dataclass(frozen=True, slots=True)
class Durations:
    """How many calls took how long: the upper bounds of classes in seconds, and how many calls were
    within each, those of the classes before it included."""

    bounds: tuple[float, ...] = ()
    counts: tuple[float, ...] = ()

    @property
    def total(self) -> float:
        return self.counts[-1] if self.counts else 0.0

    def since(self, earlier: "Durations") -> "Durations":
        """Return those that were added since an earlier state."""
        if not earlier.counts:
            return self
        pairs = zip(self.counts, earlier.counts, strict=True)
        return Durations(self.bounds, tuple(now - then for now, then in pairs))

    def quantile(self, share: float) -> float | None:
        """Return the duration that this share of the calls did not exceed, interpolated within its
        class; None where there were no calls."""
        if self.total <= 0:
            return None
        rank = share * self.total
        place = bisect_left(self.counts, rank)
        # of what exceeds the last finite bound, only that is known
        last = len(self.bounds) - 2
        if place > last:
            return self.bounds[last]
        below, lower = (self.counts[place - 1], self.bounds[place - 1]) if place else (0.0, 0.0)
        within = (rank - below) / (self.counts[place] - below)
        return lower + (self.bounds[place] - lower) * within


@dataclass(frozen=True, slots=True)
class Sample:
    """The numbers at one moment; what is counted is counted since the start."""

    at: float  # seconds of the monotonic clock
    durations: Durations
    errors: float
    hits: float
    asked: float  # of the cache
    waiting: float  # jobs that are due or scheduled
    lag: float | None  # of the replica that is furthest behind; None without one, or if too far


@dataclass(frozen=True, slots=True)
class RouteNumbers:
    """What was counted of one route."""

    method: str
    route: str
    durations: Durations
    seconds: float
    errors: float

    @property
    def name(self) -> str:
        return f"{self.method} {self.route}"

    def quantile(self, share: float) -> float | None:
        """Return that of its durations, which of few calls can seem longer than all took."""
        found = self.durations.quantile(share)
        return None if found is None else min(found, self.seconds)

    def since(self, earlier: "RouteNumbers | None") -> "RouteNumbers":
        """Return what was counted since an earlier state."""
        if earlier is None:
            return self
        return RouteNumbers(
            self.method,
            self.route,
            self.durations.since(earlier.durations),
            self.seconds - earlier.seconds,
            self.errors - earlier.errors,
        )


@dataclass(frozen=True, slots=True)
class PoolNumbers:
    """Connections to a database that are in use, kept, and open beyond those that are kept."""

    name: str
    in_use: int
    size: int
    overflow: int


@dataclass(frozen=True, slots=True)
class MachineStatus:
    """The state of a server, of what it depends on, and its last hour."""

    started_at: float  # by the monotonic clock
    processes: int
    readiness: Readiness
    samples: Sequence[Sample]
    routes: Sequence[RouteNumbers]  # of the last seconds
    routes_seconds: float
    pools: Sequence[PoolNumbers]
    jobs: dict[str, int]
    oldest_due_seconds: float
