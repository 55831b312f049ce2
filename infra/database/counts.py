"""What the database layer counts; infra/telemetry/ shows it."""

from dataclasses import dataclass


@dataclass(slots=True)
class WriteCounts:
    """How write transactions ended since the start, but for the good ends."""

    retryable: int = 0
    unknown: int = 0
    without_position: int = 0
