"""Metrics of Redis: whether it is down, failed commands, and missing positions."""

from prometheus_client import CollectorRegistry, Counter, Gauge

from infra.cache.redis import RedisLink
from infra.telemetry.sampling import Sampler


def measure_redis(link: RedisLink, registry: CollectorRegistry, sampler: Sampler) -> None:
    """Export the numbers of a connection to Redis."""
    is_down = Gauge(
        "broadsheet_redis_is_down",
        "1 where Redis failed so often that it is left out.",
        registry=registry,
        multiprocess_mode="livemax",
    )
    failures = Counter(
        "broadsheet_redis_failures",
        "Commands that Redis refused or did not answer in time.",
        registry=registry,
    )
    missing = Counter(
        "broadsheet_positions_missing",
        "Callers of whom Redis had no position.",
        registry=registry,
    )
    sampler.show(is_down, lambda: link.is_down)
    sampler.follow(failures, lambda: link.counts.failures)
    sampler.follow(missing, lambda: link.counts.missing_positions)
