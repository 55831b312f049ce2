"""Plots of a run: how much, and how long."""

from collections.abc import Sequence
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
    _save(_throughput(figures), folder / "throughput")
    _save(_latency(figures), folder / "latency")


def _throughput(figures: Sequence[Figure]) -> Canvas:
    canvas, axes = _canvas("Requests a second, one worker on one core (more is better)")
    shown = sorted(figures, key=lambda figure: median(figure.rates))
    rates = [median(figure.rates) for figure in shown]
    spread = [
        [rate - min(figure.rates) for rate, figure in zip(rates, shown, strict=True)],
        [max(figure.rates) - rate for rate, figure in zip(rates, shown, strict=True)],
    ]
    ours = [figure.contestant.application == BROADSHEET for figure in shown]
    colours = [_OURS if is_ours else _OTHERS for is_ours in ours]
    labels = [figure.contestant.label for figure in shown]
    bars = axes.barh(labels, rates, color=colours, xerr=spread, error_kw={"ecolor": "#444444"})
    axes.bar_label(bars, [f"{rate:,.0f}" for rate in rates], padding=6)
    axes.margins(x=0.15)
    return canvas


def _latency(figures: Sequence[Figure]) -> Canvas:
    canvas, axes = _canvas("Latency of a list in ms, by percentile (less is better)")
    for figure in figures:
        if colour := _LATENCIES.get(figure.contestant.name):
            took = [figure.latency(percentile) for percentile in PERCENTILES]
            label = figure.contestant.label
            axes.plot(PERCENTILES, took, marker="o", color=colour, label=label)
    axes.set_yscale("log")
    axes.set_xlabel("percentile")
    axes.grid(axis="y", which="both", alpha=0.3)
    axes.legend()
    return canvas


def _canvas(title: str) -> tuple[Canvas, Axes]:
    canvas = Canvas(figsize=(9, 5), layout="constrained")
    axes = canvas.subplots()
    axes.set_title(title)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    return canvas, axes


def _save(canvas: Canvas, path: Path) -> None:
    for ending in ("png", "svg"):
        canvas.savefig(path.with_suffix(f".{ending}"), dpi=120)
