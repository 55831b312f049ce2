"""Plots of a run: how much, and how long."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median

from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

from bench.speed.contestants import BROADSHEET
from bench.speed.report import PERCENTILES
from bench.speed.rounds import Figure

_OURS, _OTHERS = "#b5322a", "#9aa5b1"
_LATENCIES = {"front": _OURS, "inside": "#d98a3d", "uncached": "#2f4858"}


def plot(figures: Sequence[Figure], folder: Path) -> None:
    """Draw throughput and latency, as PNG and SVG."""
    save(_throughput(figures), folder / "throughput")
    save(_latency(figures), folder / "latency")


def _throughput(figures: Sequence[Figure]) -> Canvas:
    canvas, axes = new_canvas("Requests a second, one worker on one core (more is better)")
    shown = sorted(figures, key=lambda figure: median(figure.rates))
    ours = [figure.contestant.application == BROADSHEET for figure in shown]
    colours = [_OURS if is_ours else _OTHERS for is_ours in ours]
    draw_rates(axes, {figure.contestant.label: figure.rates for figure in shown}, colours)
    return canvas


def _latency(figures: Sequence[Figure]) -> Canvas:
    canvas, axes = new_canvas("Latency of a list in ms, by percentile (less is better)")
    for figure in figures:
        if colour := _LATENCIES.get(figure.contestant.name):
            took = [figure.latency(percentile) for percentile in PERCENTILES]
            label = figure.contestant.label
            axes.plot(PERCENTILES, took, marker="o", color=colour, label=label)
    label_latencies(axes)
    return canvas


def draw_rates(axes: Axes, rates: Mapping[str, Sequence[float]], colours: Sequence[str]) -> None:
    """Draw the medians of rates, by their labels, with the lowest and the highest of each."""
    medians = [median(each) for each in rates.values()]
    of_each = list(zip(medians, rates.values(), strict=True))
    spread = [
        [rate - min(each) for rate, each in of_each],
        [max(each) - rate for rate, each in of_each],
    ]
    bars = axes.barh(
        list(rates), medians, color=colours, xerr=spread, error_kw={"ecolor": "#444444"}
    )
    axes.bar_label(bars, [f"{rate:,.0f}" for rate in medians], padding=6)
    axes.margins(x=0.15)


def label_latencies(axes: Axes) -> None:
    """Give lines of latencies by percentile their scale, grid and legend."""
    axes.set_yscale("log")
    axes.set_xlabel("percentile")
    axes.grid(axis="y", which="both", alpha=0.3)
    axes.legend()


def new_canvas(title: str) -> tuple[Canvas, Axes]:
    """Make a canvas of the benchmarks' style."""
    canvas = Canvas(figsize=(9, 5), layout="constrained")
    axes = canvas.subplots()
    axes.set_title(title)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    return canvas, axes


def save(canvas: Canvas, path: Path) -> None:
    """Write a canvas as PNG and SVG."""
    for ending in ("png", "svg"):
        canvas.savefig(path.with_suffix(f".{ending}"), dpi=120)
