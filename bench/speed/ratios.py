"""Ratios of what was measured side by side, against the targets."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from bench.speed.rounds import Figure
from bench.speed.targets import TARGETS, Target


@dataclass(frozen=True)
class Ratio:
    """How often one contestant was done in the time of another, by round."""

    target: Target
    first: str
    second: str
    by_round: tuple[float, ...]

    @property
    def value(self) -> float:
        return median(self.by_round)

    @property
    def holds(self) -> bool:
        return self.value >= self.target.at_least

    @property
    def is_whole(self) -> bool:
        """Whether it is above what a short run takes for a fault."""
        return self.value >= self.target.floor


def ratios(figures: Sequence[Figure]) -> list[Ratio]:
    """Compare those that have a target."""
    found = {figure.contestant.name: figure for figure in figures}
    return [_ratio(target, found[target.first], found[target.second]) for target in TARGETS]


def _ratio(target: Target, first: Figure, second: Figure) -> Ratio:
    by_round = (one / other for one, other in zip(first.rates, second.rates, strict=True))
    labels = first.contestant.label, second.contestant.label
    return Ratio(target, *labels, tuple(by_round))
