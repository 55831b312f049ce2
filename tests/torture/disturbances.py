"""What is disturbed now, and since when it is not: some promises have exceptions in its time."""

from collections import defaultdict
from time import monotonic

from tests.torture.op import CALM

PRIMARY, REDIS = "primary", "redis"
_AFTERMATH_SECONDS = 1.0  # a server that was frozen has work to catch up with


class Disturbances:
    """Which part is disturbed by how many faults, and when the last of them ended."""

    def __init__(self) -> None:
        self._now: defaultdict[str, int] = defaultdict(int)
        self._ended: dict[str, float] = {}

    def begin(self, part: str) -> None:
        self._now[part] += 1

    def end(self, part: str) -> None:
        self._now[part] -= 1
        self._ended[part] = monotonic()

    def calm(self, part: str) -> float:
        """Seconds since the part was disturbed; 0 while it is."""
        if self._now[part]:
            return 0.0
        return monotonic() - self._ended[part] if part in self._ended else CALM

    def calm_of_both(self, one: str, other: str) -> float:
        """Seconds since both were disturbed at a time, or nearly so."""
        return max(self.calm(one), self.calm(other))

    def touched(self, part: str, since: float) -> bool:
        """Whether the part was disturbed at any time since then."""
        return self.calm(part) <= monotonic() - since + _AFTERMATH_SECONDS


def server_part(number: int) -> str:
    return f"server {number}"
