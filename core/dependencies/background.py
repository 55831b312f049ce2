"""What a process does beside its requests, put together."""

import asyncio

from core.dependencies.performing import HOUSEKEEPING, Performer
from core.dependencies.resources import Resources
from infra.background import Background
from infra.cache.sweep import Sweep
from infra.jobs.in_process import InProcessWorkers
from infra.jobs.periodic import Hourly
from infra.jobs.queue import JobQueue
from infra.jobs.relay import Relay, Sender
from infra.jobs.runner import Runner
from infra.jobs.watch import JobWatch


def background(resources: Resources, sender: Sender) -> Background:
    """Make the task that relays jobs, adds periodic ones and counts them."""
    primary = resources.primary
    relay, hourly = Relay(job_queue(resources), sender), Hourly(primary.engine, HOUSEKEEPING)
    watch = JobWatch(resources.reads.primary, resources.job_counts)
    return Background(primary.jobs_added, [relay.relay, hourly.add, watch.look])


def sweep_of(resources: Resources) -> Sweep | None:
    """Make what sweeps for the cache; None where there is none."""
    primary, reading, floors = resources.primary, resources.reads.primary, resources.floors
    if floors is None:
        return None
    delivered, backlog = primary.delivered, resources.backlog
    return Sweep(primary.engine, reading, floors, primary.kept, delivered, backlog)


def sweeping(sweep: Sweep) -> Background:
    """Make the task that sweeps for the cache; nothing else may delay it."""
    return Background(asyncio.Event(), [sweep.sweep])


def job_queue(resources: Resources) -> JobQueue:
    return JobQueue(resources.primary.engine, resources.reads.primary, resources.job_counts)


def in_process_workers(resources: Resources) -> InProcessWorkers:
    """Make the workers of a process that has no broker to send jobs to."""
    return InProcessWorkers(job_runner(resources))


def job_runner(resources: Resources) -> Runner:
    perform = Performer(resources).perform
    return Runner(job_queue(resources), perform, resources.primary.shielded)
