"""What a run prints: a line each ten seconds, and a table at the end."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from time import monotonic

from tests.torture.checks import Checker
from tests.torture.tally import Tally

_EACH_SECONDS = 10
_SHOWN = 3  # examples of each kind of violation


@dataclass(frozen=True)
class Report:
    """Says how a run goes and how it went."""

    tally: Tally
    faults: Counter[str]
    checker: Checker

    async def go_on(self) -> None:
        """Print a line each ten seconds, until cancelled."""
        began = monotonic()
        while True:
            await asyncio.sleep(_EACH_SECONDS)
            print(f"{monotonic() - began:6.0f} s  {self._line()}", flush=True)

    def summary(self) -> str:
        return "\n".join(self._lines())

    def _line(self) -> str:
        calls, faults = self.tally.outcomes.total(), self.faults.total()
        return f"{calls} calls, {faults} faults, {len(self.checker.violations)} violations"

    def _lines(self) -> Iterator[str]:
        yield from ("", self._line(), "", "calls")
        yield from _table({f"{kind}: {of}": n for (kind, of), n in self.tally.outcomes.items()})
        yield from ("", "faults", *_table(dict(self.faults)))
        yield from ("", f"slowest call: {self.tally.slowest}", "")
        yield from ("violations", *_table(dict(self.checker.counts())))
        for kind in self.checker.counts():
            found = [each.what for each in self.checker.violations if each.kind == kind]
            yield from (f"  {kind}: {what}" for what in found[:_SHOWN])


def _table(counts: dict[str, int]) -> Iterator[str]:
    width = max(map(len, counts), default=0)
    for name, count in sorted(counts.items()):
        yield f"  {name:<{width}} {count:>8}"
