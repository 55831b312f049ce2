"""What a process counts of its cache and its Redis."""

from dataclasses import dataclass


@dataclass(slots=True)
class RedisCounts:
    """How often it was of no help since the start."""

    failures: int = 0
    missing_positions: int = 0


@dataclass(slots=True)
class CacheCounts:
    """What became of questions to the cache since the start."""

    hits: int = 0
    misses: int = 0
    bypasses: int = 0
    loads: int = 0
    joins: int = 0
    failures: int = 0
