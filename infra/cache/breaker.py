"""A breaker: after several failures in a row it lets nobody try for a while."""

from time import monotonic

_FAILURES = 5  # never one: single time-outs occur on a healthy server
_PAUSE_SECONDS = 1.0


class Breaker:
    """Closed while things work; open, it fails at once what would wait in vain."""

    def __init__(self) -> None:
        self._failures = 0
        self._tried_at = self._failed_at = 0.0

    @property
    def is_open(self) -> bool:
        return self._failures >= _FAILURES

    def lets_try(self) -> bool:
        """Tell whether to try: an open one lets a single caller in after each pause."""
        if not self.is_open:
            return True
        if monotonic() - self._tried_at < _PAUSE_SECONDS:
            return False
        self._tried_at = monotonic()
        return True

    def succeeded(self) -> None:
        self._failures = 0

    def failed(self, began: float) -> None:
        """Note that what began at this moment failed; a crowd that fails at once counts once."""
        if began >= self._failed_at or self.is_open:
            self._failures += 1
            self._failed_at = self._tried_at = monotonic()
