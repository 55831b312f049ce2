"""Sending the metrics of a process to a collector, in a thread, until it is closed.

The SDK's own reader goes on in each process that is forked, with the numbers of the first one.
"""

import logging
from collections.abc import Callable, Iterable, Mapping
from threading import Event, Thread
from time import time_ns

from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.sdk.resources import Resource
from prometheus_client.metrics_core import Metric

from infra.otlp.metric_data import Span, data_of
from infra.otlp.sending import LOGGER, THREADS, BoundedSession, has_ended, quiet

_INTERVAL = "OTEL_METRIC_EXPORT_INTERVAL"
_LEAST, _USUAL, _MOST = 1.0, 60_000.0, 86_400_000.0  # ms
_log = logging.getLogger(LOGGER)


class MetricExport:
    """Sends them each minute, unless the environment says otherwise; starts with the call."""

    def __init__(
        self,
        collect: Callable[[], Iterable[Metric]],
        resource: Resource,
        variables: Mapping[str, str],
    ) -> None:
        quiet()
        self._collect, self._resource = collect, resource
        self._seconds = interval_of(variables) / 1000
        self._exporter = OTLPMetricExporter(session=BoundedSession())
        self._start = time_ns()
        self._ending = Event()
        self._thread = Thread(target=self._run, name=f"{THREADS}Metrics", daemon=True)
        self._thread.start()

    async def close(self) -> None:
        """Send the last values, for two seconds at most."""
        self._ending.set()
        await has_ended(self._thread.join)
        # lets no further attempt begin
        self._exporter.shutdown()

    def _run(self) -> None:
        while not self._ending.wait(self._seconds):
            self._send()
        self._send()

    def _send(self) -> None:
        span = Span(self._start, time_ns())
        self._exporter.export(data_of(self._collect(), self._resource, span))


def interval_of(variables: Mapping[str, str]) -> float:
    """Return every how many milliseconds metrics are sent."""
    try:
        interval = float(variables.get(_INTERVAL) or _USUAL)
    except ValueError:
        interval = 0
    if not _LEAST <= interval <= _MOST:
        _log.warning("%s: no number of milliseconds within a day: 60000 is used", _INTERVAL)
        return _USUAL
    return interval
