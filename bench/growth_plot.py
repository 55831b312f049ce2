"""The picture of what was measured."""

from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl
from matplotlib.figure import Figure as Picture
from matplotlib.ticker import FuncFormatter, NullFormatter

from bench.growth_report import Growth


def plot(found: Sequence[Growth], folder: Path) -> None:
    """Draw the cost against the number of posts, as growth.png and growth.svg."""
    picture = Picture(figsize=(8, 4.5), layout="constrained")
    axes = picture.subplots()
    for growth in found:
        sizes = [figure.posts for figure in growth.figures]
        axes.plot(sizes, [figure.p50 for figure in growth.figures], marker="o", label=growth.kind)
    axes.set(xscale="log", yscale="log", xlabel="posts", ylabel="uncached read, p50 in ms")
    axes.set_xticks([figure.posts for figure in found[0].figures])
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.grid(visible=True, alpha=0.3)
    picture.legend(loc="outside right upper")
    # neither a salt nor a date of its own: the same figures give the same file
    with mpl.rc_context({"svg.hashsalt": "growth", "svg.fonttype": "none"}):
        picture.savefig(folder / "growth.png", dpi=150)
        picture.savefig(folder / "growth.svg", metadata={"Date": None})
