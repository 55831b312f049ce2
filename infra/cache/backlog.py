"""The backlog: committed changes that Redis has not received, seconds after their commit."""

from dataclasses import dataclass
from math import inf
from time import monotonic

CHECK_SECONDS = 2.0  # an older check no longer counts


@dataclass(slots=True)
class Backlog:
    """While there may be a backlog, this process does not read from Redis.

    The sweep updates it; every reader of Redis checks `exists`. `checked_at` is a time of
    `monotonic`. A cache that no other process shares has no backlog: its only process has
    invalidated its entries before a command is answered.
    """

    is_shared: bool = False
    checked_at: float = -inf
    _is_found: bool = False

    @property
    def exists(self) -> bool:
        if not self.is_shared:
            return False
        return self._is_found or monotonic() - self.checked_at > CHECK_SECONDS

    def found(self) -> None:
        self._is_found = True

    def clear(self) -> None:
        self._is_found = False
