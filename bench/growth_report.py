"""What was measured, as figures, and which targets hold."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median, quantiles

from bench.growth_reads import Times, Took

TARGET = 1.3
_SEARCH = "search"  # costs by what it finds


@dataclass(frozen=True)
class Figure:
    """What reads of one kind cost at one number of posts, in ms."""

    posts: int
    reads: int
    p50: float
    p95: float
    database_p50: float

    @classmethod
    def of(cls, posts: int, times: Sequence[Took]) -> "Figure":
        seen = [took.all for took in times]
        in_database = median(took.database for took in times)
        return cls(posts, len(seen), median(seen), quantiles(seen, n=20)[-1], in_database)


@dataclass(frozen=True)
class Growth:
    """What reads of one kind cost at all numbers of posts, the fewest first."""

    kind: str
    figures: tuple[Figure, ...]

    @property
    def ratio(self) -> float:
        """The medians at the most posts and at the fewest."""
        return self.figures[-1].p50 / self.figures[0].p50

    @property
    def database_ratio(self) -> float:
        return self.figures[-1].database_p50 / self.figures[0].database_p50

    @property
    def target(self) -> float | None:
        return None if self.kind.startswith(_SEARCH) else TARGET

    @property
    def holds(self) -> bool:
        return self.target is None or self.ratio <= self.target


def growths(times: Times) -> list[Growth]:
    """Sum up what was measured."""
    return [
        Growth(kind, tuple(Figure.of(posts, by_posts[posts]) for posts in sorted(by_posts)))
        for kind, by_posts in times.items()
    ]


def write_json(found: Sequence[Growth], path: Path) -> None:
    """Write all figures, with what follows from them."""
    whole = [
        asdict(growth)
        | {"ratio": growth.ratio, "database_ratio": growth.database_ratio}
        | {"target": growth.target, "holds": growth.holds}
        for growth in found
    ]
    path.write_text(json.dumps(whole, indent=2) + "\n")


def write_table(found: Sequence[Growth], path: Path) -> None:
    """Write a table in Markdown."""
    sizes = [f"{figure.posts:,}" for figure in found[0].figures]
    heads = ["p50 (p95) in ms, at posts", *sizes, "ratio", "of the database", "target"]
    lines = [heads, ["---"] * len(heads), *map(_cells, found)]
    path.write_text("".join(f"| {' | '.join(cells)} |\n" for cells in lines))


def _cells(growth: Growth) -> list[str]:
    figures = [f"{figure.p50:.2f} ({figure.p95:.2f})" for figure in growth.figures]
    ratios = [f"{growth.ratio:.2f}", f"{growth.database_ratio:.2f}"]
    return [growth.kind, *figures, *ratios, f"≤ {growth.target}" if growth.target else ""]
