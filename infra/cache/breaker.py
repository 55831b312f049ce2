"""A circuit breaker: after several failures in a row, no attempts for a while."""

from time import monotonic

_FAILURES = 5  # never one: single time-outs occur on a healthy server
_PAUSE_SECONDS = 1.0


class Breaker:
    """Closed in normal operation; while it is open, commands fail without being sent."""

    def __init__(self) -> None:
        self._failures = 0
        self._tried_at = self._failed_at = 0.0

    @property
    def is_open(self) -> bool:
        return self._failures >= _FAILURES

    def allows_attempt(self) -> bool:
        """Return whether a command may be sent: while it is open, one after each pause."""
        if not self.is_open:
            return True
        if monotonic() - self._tried_at < _PAUSE_SECONDS:
            return False
        self._tried_at = monotonic()
        return True

    def succeeded(self) -> None:
        self._failures = 0

    def failed(self, began: float) -> None:
        """Count a failure of a command that began then; concurrent failures count once."""
        if began >= self._failed_at or self.is_open:
            self._failures += 1
            self._failed_at = self._tried_at = monotonic()
