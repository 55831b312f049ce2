"""What all instruments of a process say, or of several, in Prometheus' text format.

Where a server has several processes, each keeps its numbers in files of a folder that all share,
so that whichever is asked answers for all. The library decides on this when it is imported.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryDirectory

from prometheus_client import (
    CollectorRegistry,
    disable_created_metrics,
    generate_latest,
    values,
)
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from prometheus_client.values import MultiProcessValue

_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
# a second series for each, which nobody asks for
disable_created_metrics()  # type: ignore[no-untyped-call]


def exposition(registry: CollectorRegistry) -> bytes:
    """Give the numbers of this process, or of all that share theirs with it."""
    if _FOLDER not in os.environ:
        return generate_latest(registry)
    shared = CollectorRegistry()
    MultiProcessCollector(shared)  # type: ignore[no-untyped-call]
    return generate_latest(shared)


@contextmanager
def numbers_shared() -> Iterator[None]:
    """Let the processes that start within the block share their numbers."""
    with TemporaryDirectory(prefix="broadsheet-metrics-") as folder:
        os.environ[_FOLDER] = folder
        try:
            yield
        finally:
            del os.environ[_FOLDER]


def count_as(number: int) -> None:
    """Let this process go on with the numbers of one that ended; call it before any are made.

    Each process would leave files of its own otherwise, and every answer has to read them all.
    """
    values.ValueClass = MultiProcessValue(lambda: number)  # type: ignore[no-untyped-call]


def forget_process(number: int) -> None:
    """Drop what a process that ended had at that moment; what it had counted stays."""
    mark_process_dead(number)  # type: ignore[no-untyped-call]
