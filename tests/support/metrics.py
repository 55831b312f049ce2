"""The samples of `/metrics`, parsed."""

from dataclasses import dataclass

from httpx import AsyncClient, Response
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample


@dataclass(frozen=True)
class Metrics:
    """All samples of one answer."""

    samples: tuple[Sample, ...]

    def value(self, name: str, **labels: str) -> float:
        """Sum what has this name, and at least these labels."""
        return sum(
            sample.value for sample in self._of(name) if labels.items() <= sample.labels.items()
        )

    def labels(self, name: str, label: str) -> set[str]:
        """Return all values of a label."""
        return {sample.labels[label] for sample in self._of(name)}

    def _of(self, name: str) -> list[Sample]:
        return [sample for sample in self.samples if sample.name == f"broadsheet_{name}"]


async def read_metrics(client: AsyncClient) -> Metrics:
    """Ask a server for its metrics."""
    return parsed((await client.get("/metrics")).raise_for_status())


def parsed(answer: Response) -> Metrics:
    """Read an answer in Prometheus' text format."""
    families = text_string_to_metric_families(answer.text)
    return Metrics(tuple(sample for family in families for sample in family.samples))
