"""Metrics of jobs: what is there before any job has run."""

from prometheus_client import CollectorRegistry

from infra.jobs.counts import JobCounts
from infra.telemetry.jobs import measure_jobs
from infra.telemetry.sampling import Sampler


def test_failures_of_each_kind_are_counted_from_zero() -> None:
    registry, sampler, counts = CollectorRegistry(), Sampler(), JobCounts()
    measure_jobs(counts, ["tell"], registry, sampler)

    def failures(kind: str, outcome: str) -> float | None:
        name = "broadsheet_job_duration_seconds_count"
        return registry.get_sample_value(name, {"kind": kind, "outcome": outcome})

    for kind in ("tell", "other"):
        assert (failures(kind, "failed"), failures(kind, "lost")) == (0, 0)
    counts.note_run("tell", "failed", 0.1)
    counts.note_run("of_a_newer_version", "lost", 0.1)
    sampler.sample()
    assert (failures("tell", "failed"), failures("other", "lost")) == (1, 1)
    assert failures("of_a_newer_version", "lost") is None
