"""The tally of a day: what was compared, what was stale, and what the cache did."""

from collections import Counter
from collections.abc import Iterable, Iterator

from bench.day.checks import Answer, Check


class Tally:
    """Counts, for all people together."""

    def __init__(self) -> None:
        self.compared: Counter[str] = Counter()
        self.stale: Counter[str] = Counter()
        self.outcomes: Counter[str] = Counter()

    def stale_names(self, answer: Answer, checks: Iterable[Check]) -> list[str]:
        """Make the checks that apply to an answer; returns the names of those that fail."""
        if outcome := answer.headers.get("x-cache"):
            self.outcomes[outcome] += 1
        made = [check for check in checks if check.applies_to(answer)]
        failed = [check.name for check in made if check.fails(answer)]
        self.compared.update(check.name for check in made)
        self.stale.update(failed)
        return failed

    def summary(self) -> str:
        """Say it in a few lines."""
        compared, stale = self.compared.total(), self.stale.total()
        title = f"Read again after a change: {compared} comparisons, {stale} stale"
        return "\n".join(["", title, *self._lines(), self._cache(), ""])

    def _lines(self) -> Iterator[str]:
        width = max(map(len, self.compared), default=0)
        for name in sorted(self.compared):
            yield f"  {name:<{width}}{self.compared[name]:>8}{self.stale[name]:>8} stale"

    def _cache(self) -> str:
        reads = self.outcomes.total()
        shares = (
            f"{outcome} {count / reads:.1%}" for outcome, count in sorted(self.outcomes.items())
        )
        return f"X-Cache of {reads} reads: {', '.join(shares) or 'none'}"
