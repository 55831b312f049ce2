"""Plots of the last hour, as paths of SVG."""

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import floor, log10

from application.status import Sample

WIDTH, HEIGHT = 600, 100
_POINTS = 60
_STEPS = (1, 2, 5, 10)

Pair = tuple[Sample, Sample]
Value = Callable[[Pair], float | None]
Format = Callable[[float], str]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a plot: its name, the place of its colour, its path, and its last value."""

    name: str
    place: int
    path: str
    last: str


@dataclass(frozen=True, slots=True)
class Plot:
    """A plot: its title, its lines, and the value at its upper edge."""

    title: str
    lines: tuple[Line, ...]
    top: str

    @property
    def text(self) -> str:
        """What it shows, for those who do not see it."""
        values = ", ".join(f"{line.name} {line.last}".strip() for line in self.lines)
        return f"{self.title}: now {values}; the upper edge is {self.top}"


def pairs_of(samples: Sequence[Sample]) -> list[Pair]:
    """Return what lies between the points of a plot: at most 60 pairs of samples."""
    step = max(1, -(-(len(samples) - 1) // _POINTS))
    # from the newest one backwards
    chosen = [*samples[::-1][::step]][::-1]
    return list(itertools.pairwise(chosen))


def plot(
    title: str, pairs: Sequence[Pair], values: dict[str, Value], text_of: Format, least_top: float
) -> Plot:
    """Draw the values of each pair; the upper edge is a round number, and not below this one."""
    rows = {name: [value(pair) for pair in pairs] for name, value in values.items()}
    known = [value for row in rows.values() for value in row if value is not None]
    top = max(_round_up(max(known, default=0.0)), least_top)
    places = _places(pairs)
    lines = (
        Line(name, place, _path(places, row, top), _last(row, text_of))
        for place, (name, row) in enumerate(rows.items())
    )
    return Plot(title, tuple(lines), text_of(top))


def _places(pairs: Sequence[Pair]) -> list[float]:
    if not pairs:
        return []
    first, last = pairs[0][0].at, pairs[-1][1].at
    return [WIDTH * (after.at - first) / (last - first or 1.0) for _, after in pairs]


def _path(places: Sequence[float], row: Sequence[float | None], top: float) -> str:
    """Return the path through the values, with a gap where there is none."""
    parts, is_drawing = [], False
    for x, value in zip(places, row, strict=True):
        if value is not None:
            y = HEIGHT * (1 - min(value / top, 1.0))
            # the dot shows a value that stands alone
            parts.append(f"{'L' if is_drawing else 'M'}{x:.1f} {y:.1f}h.1")
        is_drawing = value is not None
    return "".join(parts)


def _last(row: Sequence[float | None], text_of: Format) -> str:
    return "–" if not row or row[-1] is None else text_of(row[-1])


def _round_up(value: float) -> float:
    if value <= 0:
        return 0.0
    power = 10.0 ** floor(log10(value))
    # a hair less, as 0.3 / 0.1 is more than 3
    return power * next(step for step in _STEPS if step >= value / power - 1e-9)
