"""What a process counts of its Redis."""

from dataclasses import dataclass


@dataclass(slots=True)
class RedisCounts:
    """How often it was of no help since the start."""

    failures: int = 0
    missing_positions: int = 0
