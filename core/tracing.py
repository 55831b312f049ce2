"""The tracer that the environment asks for, by OpenTelemetry's own variables."""

from collections.abc import Mapping
from pkgutil import resolve_name

from core.version import VERSION
from infra.tracing.process import ProcessTracer

_ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
# its libraries take 0.1 s and 8 MB of each process that loads them
_TRACER = "infra.tracing.tracer:OtlpTracer"


def tracer_of(variables: Mapping[str, str], instance: str) -> ProcessTracer | None:
    """Return the tracer, which starts later; None where traces are off."""
    if not traces_are_on(variables):
        return None
    tracer: ProcessTracer = resolve_name(_TRACER)(variables, VERSION, instance)
    return tracer


def traces_are_on(variables: Mapping[str, str]) -> bool:
    """Return whether the environment names where traces go."""
    is_off = variables.get("OTEL_TRACES_EXPORTER", "").strip().lower() == "none"
    is_off |= sdk_is_disabled(variables)
    return not is_off and any(variables.get(name) for name in _ENDPOINTS)


def sdk_is_disabled(variables: Mapping[str, str]) -> bool:
    """Return whether the environment switches off all that is sent."""
    return variables.get("OTEL_SDK_DISABLED", "").strip().lower() == "true"
