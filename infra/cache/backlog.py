"""The backlog: committed changes that no process has told Redis of, seconds after their commit."""

from dataclasses import dataclass
from math import inf
from time import monotonic

LOOK_SECONDS = 2.0  # a look that is older says nothing any more


@dataclass(slots=True)
class Backlog:
    """While there may be one, nothing that Redis has counts in this process.

    The sweep looks for it; all that read from Redis share it. The only process of a blog needs no
    look: `looked_at`, of the clock `monotonic`, lies ahead of it.
    """

    looked_at: float = inf
    _is_found: bool = False

    @property
    def exists(self) -> bool:
        return self._is_found or monotonic() - self.looked_at > LOOK_SECONDS

    def found(self) -> None:
        self._is_found = True

    def told(self) -> None:
        self._is_found = False
