"""What a run leaves: JSON for programs, and tables in Markdown for people."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

from bench.speed.contestants import BROADSHEET
from bench.speed.driving import CONNECTIONS
from bench.speed.machine import Machine
from bench.speed.ratios import Ratio
from bench.speed.rounds import Figure
from bench.speed.targets import GROWTH_MIB, MEMORY_MIB

PERCENTILES = ("50", "75", "90", "95", "99", "99.9")


@dataclass(frozen=True)
class Memory:
    """Of the worker, in MiB: before and after so many requests."""

    before: float
    after: float
    requests: int

    @property
    def holds(self) -> bool:
        return self.after <= MEMORY_MIB and self.after - self.before <= GROWTH_MIB


@dataclass(frozen=True)
class Run:
    """All that was measured."""

    machine: Machine
    figures: Sequence[Figure]
    ratios: Sequence[Ratio]
    memory: Memory

    @property
    def holds(self) -> bool:
        return self.memory.holds and all(ratio.holds for ratio in self.ratios)


def write_json(run: Run, path: Path) -> None:
    """Write everything, round by round."""
    whole = {
        "machine": asdict(run.machine),
        "figures": [_figure(figure) for figure in run.figures],
        "ratios": [_ratio(ratio) for ratio in run.ratios],
        "memory": asdict(run.memory) | {"holds": run.memory.holds},
    }
    path.write_text(json.dumps(whole, indent=2) + "\n")


def write_markdown(run: Run, path: Path) -> None:
    """Write the tables."""
    parts = (_measured_on(run.machine), figures_table(run.figures), ratios_table(run.ratios))
    path.write_text("\n".join((*parts, _memory(run.memory))))


def figures_table(figures: Sequence[Figure]) -> str:
    heads = ["", "requests/s", "(from, to)", "p50 ms", "p99 ms", "CPU of the server, µs"]
    return _table(heads, map(_figure_cells, figures))


def ratios_table(ratios: Sequence[Ratio]) -> str:
    return _table(["ratio", "measured", "(from, to)", "target", ""], map(_ratio_cells, ratios))


def _figure(figure: Figure) -> dict[str, Any]:
    return {
        "name": figure.contestant.name,
        "label": figure.contestant.label,
        "requests_per_second": figure.rates,
        "latency_ms": {percentile: figure.latency(percentile) for percentile in PERCENTILES},
        "cpu_microseconds": figure.cpu_microseconds,
    }


def _ratio(ratio: Ratio) -> dict[str, Any]:
    return asdict(ratio) | {"value": ratio.value, "holds": ratio.holds}


def _figure_cells(figure: Figure) -> list[str]:
    label, rates = figure.contestant.label, figure.rates
    return [
        f"**{label}**" if figure.contestant.application == BROADSHEET else label,
        f"{median(rates):,.0f}",
        f"{min(rates):,.0f}, {max(rates):,.0f}",
        f"{figure.latency('50'):.2f}",
        f"{figure.latency('99'):.2f}",
        f"{figure.cpu_microseconds:.0f}",
    ]


def _ratio_cells(ratio: Ratio) -> list[str]:
    return [
        f"{ratio.first} / {ratio.second}",
        f"{ratio.value:.2f}",
        f"{min(ratio.by_round):.2f}, {max(ratio.by_round):.2f}",
        f"{ratio.target.at_least:g}",
        "holds" if ratio.holds else "**missed**",
    ]


def _memory(memory: Memory) -> str:
    verdict = "holds" if memory.holds else "**missed**"
    return (
        f"Memory of the worker: {memory.before:.0f} MiB, and {memory.after:.0f} after"
        f" {memory.requests:,} requests (target: {MEMORY_MIB}, and no growth): {verdict}.\n"
    )


def _measured_on(machine: Machine) -> str:
    return (
        f"Measured on {machine.date}: {machine.processor}, {machine.cores} cores,"
        f" {machine.system}, Python {machine.python}, FastAPI {machine.fastapi}, uvicorn"
        f" {machine.uvicorn}, {machine.mysql}, {machine.redis}; one worker on one core, wrk with"
        f" {CONNECTIONS} connections, MySQL and Redis on the others; {machine.rounds} rounds of"
        f" {machine.seconds} s each.\n"
    )


def _table(heads: list[str], rows: Iterable[list[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)
