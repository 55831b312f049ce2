"""The metrics of one process or of several, in Prometheus' text format.

The processes of one server store their values in files of a shared folder, so that each of them
answers for all. The library decides on this when it is imported.
"""

import os
import re
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from prometheus_client import (
    CollectorRegistry,
    disable_created_metrics,
    generate_latest,
    values,
)
from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from prometheus_client.openmetrics import exposition as openmetrics
from prometheus_client.values import MultiProcessValue

PROMETHEUS_TEXT = "text/plain; version=0.0.4"
OPEN_METRICS_TEXT = openmetrics.CONTENT_TYPE_LATEST
_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
_NUMBERED = re.compile(r"_(\d+)\.db$")
# a second series for each metric, which is not needed
disable_created_metrics()  # type: ignore[no-untyped-call]


def exposition(registry: CollectorRegistry) -> bytes:
    """Return the metrics of this process, or of all that share a folder with it."""
    return generate_latest(_all_of(registry))


def open_exposition(registry: CollectorRegistry) -> bytes | None:
    """Return the metrics of a process that shares no folder, with exemplars, as OpenMetrics."""
    if _FOLDER in os.environ:
        return None
    text: bytes = openmetrics.generate_latest(registry)  # type: ignore[no-untyped-call]
    return text


def collected(registry: CollectorRegistry) -> Iterable[Metric]:
    """Return the same as objects."""
    return _all_of(registry).collect()


def _all_of(registry: CollectorRegistry) -> CollectorRegistry:
    if _FOLDER not in os.environ:
        return registry
    shared = CollectorRegistry()
    MultiProcessCollector(shared)  # type: ignore[no-untyped-call]
    return shared


@contextmanager
def numbers_shared() -> Iterator[None]:
    """Let the processes that start within the block share a folder."""
    with TemporaryDirectory(prefix="broadsheet-metrics-") as folder:
        os.environ[_FOLDER] = folder
        try:
            yield
        finally:
            del os.environ[_FOLDER]


def count_as(number: int) -> None:
    """Let this process continue the files of one that has ended; call it before any metric is made.

    Each process would leave files of its own otherwise, all of which each answer has to read.
    """
    values.ValueClass = _since_start(lambda: number)


def _since_start(identify: Callable[[], int]) -> Any:
    """Return the library's values in files, which say what this process itself has counted."""
    shared: Any = MultiProcessValue(identify)  # type: ignore[no-untyped-call]

    class SinceStart(shared):  # type: ignore[misc]
        def __init__(self, kind: str, *arguments: Any, **options: Any) -> None:
            super().__init__(kind, *arguments, **options)
            self._before = 0.0 if kind == "gauge" else super().get()

        def get(self) -> float:
            return float(super().get() - self._before)

    return SinceStart


def forget_all_but(numbers: Collection[int]) -> None:
    """Drop the gauges of all processes but these."""
    files = Path(os.environ[_FOLDER]).glob("gauge_live*.db")
    found = {int(named[1]) for file in files if (named := _NUMBERED.search(file.name))}
    for number in found.difference(numbers):
        forget_process(number)


def forget_process(number: int) -> None:
    """Drop the gauges of a process that has ended; its counters stay."""
    # another scrape may remove them at the same time, and leaves none
    with suppress(FileNotFoundError):
        mark_process_dead(number)  # type: ignore[no-untyped-call]
