"""Metrics of requests: their number and duration."""

from prometheus_client import CollectorRegistry, Histogram

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class RequestMetrics:
    """Counts requests by method, route and status; callers limit the values of all three."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._seconds = Histogram(
            "broadsheet_http_request_duration_seconds",
            "Requests answered, by the route's template.",
            ("method", "route", "status"),
            buckets=_SECONDS,
            registry=registry,
        )
        # the library's lookup by labels takes longer than counting
        self._found: dict[tuple[str, str, int], Histogram] = {}

    def observe(
        self, method: str, route: str, status: int, seconds: float, trace_id: str | None = None
    ) -> None:
        """Count a request; with its trace it becomes the example of its duration."""
        key = (method, route, status)
        found = self._found.get(key)
        if found is None:
            found = self._found[key] = self._seconds.labels(method, route, str(status))
        found.observe(seconds, {"trace_id": trace_id} if trace_id else None)
