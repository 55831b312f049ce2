"""Metrics of the cache: outcomes of cached calls, and failures of its store."""

from prometheus_client import CollectorRegistry, Counter

from infra.cache.counts import CacheCounts
from infra.telemetry.sampling import Sampler


def measure_cache(counts: CacheCounts, registry: CollectorRegistry, sampler: Sampler) -> None:
    """Export a cache's counters."""

    def counter(name: str, what: str, *labels: str) -> Counter:
        return Counter(f"broadsheet_cache_{name}", what, labels, registry=registry)

    answers = counter("answers", "Questions to the cache, by what became of them.", "outcome")
    loads = counter("loads", "Answers that were loaded from a database.")
    joins = counter("joins", "Questions that took an answer which was being loaded.")
    failures = counter("failures", "Commands to the cache's store that failed.")
    sampler.follow(answers.labels("hit"), lambda: counts.hits)
    sampler.follow(answers.labels("miss"), lambda: counts.misses)
    sampler.follow(answers.labels("bypass"), lambda: counts.bypasses)
    sampler.follow(loads, lambda: counts.loads)
    sampler.follow(joins, lambda: counts.joins)
    sampler.follow(failures, lambda: counts.failures)
