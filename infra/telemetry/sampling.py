"""Metrics that are sampled from counters elsewhere: they cost a request nothing."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterator
from typing import TypeVar

from prometheus_client import Counter, Gauge, Histogram

_PERIOD_SECONDS = 1.0

T = TypeVar("T")
Labels = TypeVar("Labels", bound=tuple[str, ...])


class Sampler:
    """Samples such metrics: when they are read, and once a second.

    The latter is for the other processes of the server, whose answers include this one's.
    """

    def __init__(self) -> None:
        self._samples: list[Callable[[], None]] = []

    def follow(self, counter: Counter, total: Callable[[], int]) -> None:
        """Export a number that only grows as a counter."""
        seen = 0

        def sample() -> None:
            nonlocal seen
            now = total()
            counter.inc(now - seen)
            seen = now

        self._samples.append(sample)

    def show(self, gauge: Gauge, value: Callable[[], float]) -> None:
        """Export a present value as a gauge."""
        self._samples.append(lambda: gauge.set(value()))

    def observe(self, histogram: Histogram, values: deque[float]) -> None:
        """Export the values since the last sample as a histogram."""

        def sample() -> None:
            for seen in _taken(values):
                histogram.observe(seen)

        self._samples.append(sample)

    def observe_labelled(
        self, find: Callable[..., Histogram], values: deque[tuple[Labels, float]]
    ) -> None:
        """Export the values since the last sample, each to the histogram that `find` returns for
        its labels."""

        def sample() -> None:
            for labels, seen in _taken(values):
                find(*labels).observe(seen)

        self._samples.append(sample)

    def sample(self) -> None:
        for sample in self._samples:
            sample()

    async def run(self) -> None:
        """Sample until cancelled."""
        while True:
            self.sample()
            await asyncio.sleep(_PERIOD_SECONDS)


def _taken(values: deque[T]) -> Iterator[T]:
    """Remove and return what is there now."""
    for _ in range(len(values)):
        yield values.popleft()
