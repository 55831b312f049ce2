"""The tally of a run: calls by kind and outcome, and the slowest."""

from collections import Counter

from tests.torture.op import Op


class Tally:
    """Counts calls."""

    def __init__(self) -> None:
        self.outcomes: Counter[tuple[str, str]] = Counter()
        self.slowest = "none"
        self._longest = 0.0

    def count(self, op: Op) -> None:
        self.outcomes[op.kind, op.outcome] += 1
        took = op.end - op.start
        if took > self._longest and not op.server_disturbed:
            self._longest = took
            self.slowest = f"{took:.1f} s: {op.kind} through server {op.server}, {op.outcome}"
