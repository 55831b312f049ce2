"""Instruments that show what is counted or known elsewhere: they cost a request nothing."""

import asyncio
from collections.abc import Callable, Iterable

from prometheus_client import Counter, Gauge, Histogram

_PERIOD_SECONDS = 1.0


class Sampler:
    """Brings such instruments up to date: when they are read, and once a second.

    The latter is for the other processes of the server, which answer for this one too.
    """

    def __init__(self) -> None:
        self._samples: list[Callable[[], None]] = []

    def follow(self, counter: Counter, total: Callable[[], int]) -> None:
        """Let a counter show a number that only grows."""
        seen = 0

        def sample() -> None:
            nonlocal seen
            now = total()
            counter.inc(now - seen)
            seen = now

        self._samples.append(sample)

    def show(self, gauge: Gauge, value: Callable[[], float]) -> None:
        """Let a gauge show what is so now."""
        self._samples.append(lambda: gauge.set(value()))

    def observe(self, histogram: Histogram, take: Callable[[], Iterable[float]]) -> None:
        """Let a histogram show what was seen since the last sample."""

        def sample() -> None:
            for seen in take():
                histogram.observe(seen)

        self._samples.append(sample)

    def sample(self) -> None:
        for sample in self._samples:
            sample()

    async def run(self) -> None:
        """Sample for ever."""
        while True:
            self.sample()
            await asyncio.sleep(_PERIOD_SECONDS)
