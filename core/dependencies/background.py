"""Construction of the background work of a process."""

import asyncio
from datetime import timedelta

from core.dependencies.job_handlers import HOUSEKEEPING, JobExecutor
from core.dependencies.resources import Resources
from infra.background import Background
from infra.cache.sweep import Sweep
from infra.database.repositories.tenant import REVOKED_SINCE
from infra.database.tallies import TallyWatch
from infra.jobs.in_process import InProcessWorkers
from infra.jobs.periodic import Hourly
from infra.jobs.queue import JobQueue
from infra.jobs.relay import Relay, Sender
from infra.jobs.runner import Runner
from infra.jobs.watch import JobWatch
from infra.security.end_watch import PERIOD_SECONDS, EndWatch
from infra.security.tokens import ACCESS_SECONDS
from infra.tracing.jobs import JobTraces

_EVER = timedelta(days=36_500)


def background(resources: Resources, sender: Sender, period_seconds: float) -> Background:
    """Make the task that relays jobs, adds periodic ones and counts them."""
    primary = resources.primary
    relay, hourly = Relay(job_queue(resources), sender), Hourly(primary.engine, HOUSEKEEPING)
    watch = JobWatch(resources.reads.primary, resources.job_counts)
    tallies = TallyWatch(
        resources.reads.primary, resources.registry.tallies, resources.tally_counts
    )
    steps = [relay.relay, hourly.add, watch.check, tallies.check]
    return Background(primary.jobs_added, steps, period_seconds)


def sweep_of(resources: Resources) -> Sweep | None:
    """Make the sweep; None where there is no cache."""
    primary, reading, cache = resources.primary, resources.reads.primary, resources.cache
    if cache is None:
        return None
    sent_changes, backlog = primary.sent_changes, resources.backlog
    return Sweep(primary.engine, reading, cache, primary.user_positions, sent_changes, backlog)


def sweeping(sweep: Sweep) -> Background:
    """Make the task of the sweep, a task of its own: no other step may delay it."""
    return Background(asyncio.Event(), [sweep.sweep])


def watching_ends(resources: Resources) -> Background:
    """Make the task that learns which tenants' tokens were revoked, and which logins have ended."""
    reading, logins = resources.reads.primary, resources.registry.logins
    revoked = resources.tenant_tokens.revoked.add
    steps = [EndWatch(reading, REVOKED_SINCE, revoked, _EVER).check]
    if logins:
        past = timedelta(seconds=ACCESS_SECONDS)
        steps.append(EndWatch(reading, logins.ended_since, resources.ended_logins.add, past).check)
    return Background(asyncio.Event(), steps, PERIOD_SECONDS)


def noting_tokens(resources: Resources) -> Background | None:
    """Make the task that stores when personal tokens were used; None where there are no tokens."""
    tokens = resources.personal_tokens
    return Background(asyncio.Event(), [tokens.uses.store]) if tokens else None


def job_queue(resources: Resources) -> JobQueue:
    engine, reading = resources.primary.engine, resources.reads.primary
    return JobQueue(engine, reading, resources.job_counts, JobTraces(resources.tracer))


def in_process_workers(resources: Resources) -> InProcessWorkers:
    """Make the workers of a process without a broker."""
    return InProcessWorkers(job_runner(resources))


def job_runner(resources: Resources) -> Runner:
    perform = JobExecutor(resources).perform
    primary = resources.primary
    return Runner(job_queue(resources), perform, primary.shielded, primary.jobs_added)
