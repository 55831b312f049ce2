"""The present values of metrics, for the process itself."""

from collections import defaultdict
from collections.abc import Iterable

from prometheus_client.metrics_core import Metric

_Labels = dict[str, str]


class Numbers:
    """The samples of some metrics, by their names without `broadsheet_`."""

    def __init__(self, families: Iterable[Metric], wanted: frozenset[str]) -> None:
        self._samples: dict[str, list[tuple[_Labels, float]]] = defaultdict(list)
        for family in families:
            if family.name.removeprefix("broadsheet_") in wanted:
                for sample in family.samples:
                    name = sample.name.removeprefix("broadsheet_")
                    self._samples[name].append((sample.labels, sample.value))

    def of(self, name: str) -> list[tuple[_Labels, float]]:
        """Return the samples of a name, with their labels."""
        return self._samples.get(name, [])

    def sum(self, name: str, **labels: str) -> float:
        """Add up the samples that have these labels."""
        return sum(value for found, value in self.of(name) if labels.items() <= found.items())

    def by(self, name: str, label: str) -> dict[str, float]:
        """Return the samples by a label, added up."""
        sums: dict[str, float] = defaultdict(float)
        for found, value in self.of(name):
            sums[found[label]] += value
        return dict(sums)
