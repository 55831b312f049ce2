"""Metrics and logs by OTLP, where the environment asks for them by OpenTelemetry's own variables.

An endpoint alone switches on traces: metrics and logs are elsewhere already.
"""

from collections.abc import Callable, Iterable, Mapping
from pkgutil import resolve_name
from typing import Any, Protocol

from core.logging import json_formatter
from core.tracing import sdk_is_disabled
from core.version import VERSION

_METRICS, _LOGS = "OTEL_METRICS_EXPORTER", "OTEL_LOGS_EXPORTER"
# their libraries take memory of each process that loads them
_RESOURCE = "infra.otlp.resource:resource_of"
_METRIC_EXPORT = "infra.otlp.metrics:MetricExport"
_LOG_EXPORT = "infra.otlp.logs:LogExport"


class Export(Protocol):
    """What is sent until it is closed."""

    async def close(self) -> None:
        """Send what is left, for two seconds at most."""


def exports_of(
    variables: Mapping[str, str],
    service: str,
    instance: str,
    collect: Callable[[], Iterable[Any]],
) -> list[Export]:
    """Begin to send what is asked for, by a name of a process and its metrics; raises
    ValueError."""
    asked = [name for name in (_METRICS, _LOGS) if is_sent(name, variables)]
    if not asked:
        return []
    resource = resolve_name(_RESOURCE)(service, VERSION, instance)
    exports: list[Export] = []
    if _METRICS in asked:
        exports.append(resolve_name(_METRIC_EXPORT)(collect, resource, variables))
    if _LOGS in asked:
        exports.append(resolve_name(_LOG_EXPORT)(json_formatter(), resource))
    return exports


def is_sent(name: str, variables: Mapping[str, str]) -> bool:
    """Return whether a variable that names exporters names this one."""
    if sdk_is_disabled(variables):
        return False
    named = variables.get(name, "").lower().split(",")
    return "otlp" in (one.strip() for one in named)
