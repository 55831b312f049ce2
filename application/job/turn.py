"""The turn of a job with many items: how long it may occupy its worker while others wait."""

from dataclasses import dataclass, field
from time import monotonic

_SECONDS = 0.25


class TurnOver(Exception):
    """The job returns to the queue and continues later, as others wait for its worker."""


@dataclass(slots=True)
class Turn:
    """A job's time slice, checked before each item; it never ends before the first one."""

    is_wanted: bool = False  # whether other requesters wait for a worker
    _made: float = field(default_factory=monotonic)
    _began: float | None = None

    def is_over(self) -> bool:
        """Return whether the time slice is used up while other requesters wait."""
        if self._began is None:
            self._began = monotonic()
        # a job that takes long to start has at least as long for its items
        seconds = max(_SECONDS, self._began - self._made)
        return self.is_wanted and monotonic() - self._began > seconds
