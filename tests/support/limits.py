"""Limits that count in the memory of a test."""

from collections.abc import Mapping

from application.limits import Limit
from core.rate_limits import RATE_LIMITS
from domain.ids import new_id
from infra.limits.counters import Counters
from infra.limits.memory import MemoryCounters
from infra.limits.scoped import ScopedLimits


def no_limits() -> ScopedLimits:
    return ScopedLimits({}, MemoryCounters(), new_id(), "")


def limits_of(
    counters: Counters, address: str = "192.0.2.1", limits: Mapping[str, Limit] = RATE_LIMITS
) -> ScopedLimits:
    """Return limits of a tenant that no other test knows."""
    return ScopedLimits(limits, counters, new_id(), address)
