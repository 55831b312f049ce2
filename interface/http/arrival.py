"""Whether a request arrives, or its answer is received, too slowly. Times are in seconds.

A connection is checked once a second; requests that arrive between two checks cost nothing here.
"""

from dataclasses import dataclass

HEAD_SECONDS = 10
SILENT_SECONDS = 10  # of a body
FREE_SECONDS = 30  # of a body, before its rate is checked
BODY_BYTES_PER_SECOND = 1024
STUCK_SECONDS = 60  # of an answer, without any byte received


@dataclass(slots=True)
class Arrival:
    """What one connection was waiting for at the last check, and since when."""

    _awaited: object = None
    _since: float = 0.0
    _bytes_then: int = 0
    _looked_at: float = 0.0
    _stuck_since: float = 0.0
    _left_to_send: int = -1

    def forget(self) -> None:
        """Measure from the next check on."""
        self._awaited = None

    def is_head_slow(self, head: object, now: float) -> bool:
        """Return whether this head, the same object at each check, takes too long to arrive."""
        self._await(head, now)
        return now - self._since > HEAD_SECONDS

    def is_body_slow(self, body: object, received: int, now: float) -> bool:
        """Return whether this body, the same object at each check, is silent or slow, by the bytes
        that have been received of it."""
        self._await(body, now)
        if received != self._bytes_then:
            self._looked_at, self._bytes_then = now, received
        lasted = now - self._since
        is_silent = now - self._looked_at > SILENT_SECONDS
        return is_silent or (lasted > FREE_SECONDS and received < lasted * BODY_BYTES_PER_SECOND)

    def is_answer_stuck(self, left: int, now: float) -> bool:
        """Return whether nothing of an answer was received for too long, by the bytes that are left
        to send."""
        if not left or left != self._left_to_send:
            self._left_to_send, self._stuck_since = left, now
        return now - self._stuck_since > STUCK_SECONDS

    def _await(self, what: object, now: float) -> None:
        if what is not self._awaited:
            self._awaited, self._since = what, now
            self._looked_at, self._bytes_then = now, 0
