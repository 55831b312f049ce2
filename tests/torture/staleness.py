"""How old what anybody reads may be: bounds on what the cache and the replicas show."""

from collections import defaultdict
from dataclasses import dataclass, field

from tests.torture.bounds import CACHE_SECONDS, CACHE_TWICE_DISTURBED_SECONDS, REPLICA_SECONDS
from tests.torture.op import Op

_FROM_CACHE = ("HIT", "MISS")


@dataclass
class Published:
    """When each number of each published post was acknowledged."""

    _acknowledged: defaultdict[str, list[tuple[float, int]]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def acknowledge(self, op: Op) -> None:
        self._acknowledged[op.subject].append((op.end, op.value))

    def faults(self, op: Op) -> list[tuple[str, str]]:
        """Name an answer that is older than its bound."""
        bound, number = _bound(op), int(op.seen["number"])
        before = [each for at, each in self._acknowledged[op.subject] if at < op.start - bound]
        least = max(before, default=number)
        if number >= least:
            return []
        kind = "stale cache" if op.x_cache in _FROM_CACHE else "stale replica"
        what = f"{op.subject} shows {number}, {least} is older than {bound} s ({op.x_cache})"
        return [(kind, what)]


def _bound(op: Op) -> float:
    if op.x_cache not in _FROM_CACHE:
        return REPLICA_SECONDS
    is_calm = op.twice_calm > CACHE_TWICE_DISTURBED_SECONDS
    return CACHE_SECONDS if is_calm else CACHE_TWICE_DISTURBED_SECONDS
