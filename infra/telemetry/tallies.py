"""Metrics of tables: the tallies of aggregates."""

from collections.abc import Iterable
from functools import partial

from prometheus_client import CollectorRegistry, Gauge

from infra.database.tallies import Tally, TallyCounts
from infra.telemetry.sampling import Sampler


def measure_tallies(
    tallies: Iterable[Tally], counts: TallyCounts, registry: CollectorRegistry, sampler: Sampler
) -> None:
    """Export the numbers of tallies."""
    for tally in tallies:
        # all processes count the same table
        gauge = Gauge(
            tally.metric,
            tally.description,
            (tally.label,),
            registry=registry,
            multiprocess_mode="livemax",
        )
        for label in tally.labels:
            sampler.show(gauge.labels(label), partial(counts.number, tally, label))
