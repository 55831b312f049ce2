"""Counters of the cache and of Redis, since the start of the process."""

from dataclasses import dataclass


@dataclass(slots=True)
class RedisCounts:
    """Failed commands, and positions of users that were missing."""

    failures: int = 0
    missing_positions: int = 0


@dataclass(slots=True)
class CacheCounts:
    """Cached calls by outcome, loads, joined loads, and failures of the store."""

    hits: int = 0
    misses: int = 0
    bypasses: int = 0
    loads: int = 0
    joins: int = 0
    failures: int = 0
