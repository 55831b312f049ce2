"""Metrics of jobs: waiting, running and dead ones, how late they begin, and how long they run."""

from collections.abc import Collection
from functools import partial
from itertools import product

from prometheus_client import CollectorRegistry, Gauge, Histogram

from domain.job import State
from infra.jobs.counts import JobCounts, Outcome
from infra.telemetry.sampling import Sampler

_SHOWN = (State.QUEUED, State.SENT, State.RUNNING, State.DEAD)
_OTHER = "other"
_FAULTS: tuple[Outcome, ...] = ("failed", "lost")  # what an alert follows
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300)


def measure_jobs(
    counts: JobCounts, kinds: Collection[str], registry: CollectorRegistry, sampler: Sampler
) -> None:
    """Export the numbers of jobs; a kind that is not among these, as of a newer version, is
    `other`."""
    # all processes count the same table
    by_state = Gauge(
        "broadsheet_jobs",
        "Jobs by state, up to 10,000.",
        ("state",),
        registry=registry,
        multiprocess_mode="livemax",
    )
    oldest = Gauge(
        "broadsheet_jobs_oldest_due_seconds",
        "How long the job has waited that is due for longest.",
        registry=registry,
        multiprocess_mode="livemax",
    )
    is_down = Gauge(
        "broadsheet_jobs_publisher_is_down",
        "1 where a process does not reach the broker, and leaves due jobs to others.",
        registry=registry,
        multiprocess_mode="livemax",
    )
    for state in _SHOWN:
        sampler.show(by_state.labels(state), partial(_count, counts, state))
    sampler.show(oldest, lambda: counts.oldest_due_seconds)
    sampler.show(is_down, lambda: counts.publisher_is_down)
    _measure_durations(counts, kinds, registry, sampler)


def _measure_durations(
    counts: JobCounts, kinds: Collection[str], registry: CollectorRegistry, sampler: Sampler
) -> None:
    waits = Histogram(
        "broadsheet_job_wait_seconds",
        "How long jobs that this process did were due before they began.",
        ("kind",),
        buckets=_SECONDS,
        registry=registry,
    )
    runs = Histogram(
        "broadsheet_job_duration_seconds",
        "How long attempts at jobs took in this process, and how they ended.",
        ("kind", "outcome"),
        buckets=_SECONDS,
        registry=registry,
    )

    # there from the start: an increase to the first value would not be seen
    for kind, outcome in product((*kinds, _OTHER), _FAULTS):
        runs.labels(kind, outcome)

    def bounded(kind: str) -> str:
        return kind if kind in kinds else _OTHER

    sampler.observe_labelled(lambda kind: waits.labels(bounded(kind)), counts.waits)
    sampler.observe_labelled(lambda kind, outcome: runs.labels(bounded(kind), outcome), counts.runs)


def _count(counts: JobCounts, state: State) -> int:
    return counts.by_state.get(state, 0)
