"""Which traces are recorded, by OpenTelemetry's own variables.

The SDK's samplers decide on a span that is being made; these decide before, in a microsecond.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from random import random

from opentelemetry.sdk.trace.sampling import TraceIdRatioBased
from opentelemetry.trace import SpanContext

_SAMPLERS = {"always_on": 1.0, "always_off": 0.0, "traceidratio": None}
_BY_PARENT = "parentbased_"
_log = logging.getLogger("broadsheet.traces")


@dataclass(frozen=True, slots=True)
class Sampler:
    """Samples a share of new traces, and of others as their parents say, or the same share."""

    share: float
    by_parent: bool

    def samples_new(self) -> bool:
        """Decide on a new trace."""
        return random() < self.share  # noqa: S311

    def samples_below(self, parent: SpanContext) -> bool:
        """Decide on a trace of another service."""
        if self.by_parent:
            return parent.trace_flags.sampled
        drawn = parent.trace_id & TraceIdRatioBased.TRACE_ID_LIMIT
        return drawn < TraceIdRatioBased.get_bound_for_rate(self.share)


def sampler_of(variables: Mapping[str, str]) -> Sampler:
    """Return the sampler that is asked for; by default all traces are recorded."""
    name = variables.get("OTEL_TRACES_SAMPLER", "").strip().lower() or "parentbased_always_on"
    kind = name.removeprefix(_BY_PARENT)
    if kind not in _SAMPLERS:
        _log.warning("OTEL_TRACES_SAMPLER: not one of %s: all is traced", ", ".join(_SAMPLERS))
        return Sampler(1.0, by_parent=True)
    share = _SAMPLERS[kind]
    return Sampler(_argument(variables) if share is None else share, name.startswith(_BY_PARENT))


def _argument(variables: Mapping[str, str]) -> float:
    try:
        share = float(variables.get("OTEL_TRACES_SAMPLER_ARG") or 1)
    except ValueError:
        share = -1
    if not 0 <= share <= 1:
        _log.warning("OTEL_TRACES_SAMPLER_ARG: not between 0 and 1: all is traced")
        return 1.0
    return share
