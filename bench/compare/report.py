"""What a comparison shows: a table, and plots of throughput and latency."""

from collections.abc import Sequence
from pathlib import Path
from statistics import median

from matplotlib.figure import Figure as Canvas
from rich.table import Table

from bench.compare.rounds import PERCENTILES, Figure
from bench.speed.plots import draw_rates, label_latencies, new_canvas, save

_COLOURS = ("#b5322a", "#9aa5b1", "#d98a3d", "#2f4858")


def table_of(figures: Sequence[Figure], title: str) -> Table:
    """Make a table of medians, with the lowest and the highest round."""
    table = Table(title=title, title_justify="left")
    for name in ("reads", "requests/s", "lowest to highest", "p50 ms", "p95 ms", "p99 ms"):
        table.add_column(name, justify="left" if name == "reads" else "right")
    for figure in figures:
        spread = f"{min(figure.rates):,.0f} to {max(figure.rates):,.0f}"
        latencies = [f"{figure.latency(percentile):.2f}" for percentile in PERCENTILES]
        table.add_row(figure.label, f"{median(figure.rates):,.0f}", spread, *latencies)
    return table


def plot(figures: Sequence[Figure], folder: Path) -> None:
    """Draw throughput and latency, as PNG and SVG."""
    save(_throughput(figures), folder / "throughput")
    save(_latency(figures), folder / "latency")


def _throughput(figures: Sequence[Figure]) -> Canvas:
    canvas, axes = new_canvas("Requests a second (more is better)")
    draw_rates(axes, {figure.label: figure.rates for figure in figures}, _COLOURS[: len(figures)])
    axes.invert_yaxis()
    return canvas


def _latency(figures: Sequence[Figure]) -> Canvas:
    canvas, axes = new_canvas("Latency in ms, by percentile (less is better)")
    for figure, colour in zip(figures, _COLOURS, strict=False):
        took = [figure.latency(percentile) for percentile in PERCENTILES]
        axes.plot(PERCENTILES, took, marker="o", color=colour, label=figure.label)
    label_latencies(axes)
    return canvas
