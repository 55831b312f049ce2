"""What the measurement of growth makes of its times."""

import json
from pathlib import Path

import pytest

from bench.growth_reads import Times, Took
from bench.growth_report import Figure, growths, write_json, write_table


def times(kind: str, *, few: float, many: float) -> Times:
    """Times of reads of one kind, ten times as many posts apart, half of it the database's."""
    return {kind: {100: [Took(many, many / 2)] * 3, 10: [Took(few, few / 2)] * 3}}


def test_a_figure_has_the_median_and_what_one_of_twenty_reads_exceeds() -> None:
    figure = Figure.of(10, [Took(float(ms), ms / 10) for ms in range(1, 100)])
    assert (figure.posts, figure.reads, figure.p50, figure.p95) == (10, 99, 50, 95)
    assert figure.database_p50 == 5


@pytest.mark.parametrize(
    ("kind", "many", "holds"),
    [("tags", 2.6, True), ("tags", 2.7, False), ("search, one word", 20, True)],
)
def test_all_but_a_search_may_grow_by_three_tenths(kind: str, many: float, holds: bool) -> None:
    [growth] = growths(times(kind, few=2, many=many))
    assert growth.ratio == pytest.approx(many / 2)
    assert growth.holds is holds


def test_the_table_has_a_line_for_each_kind(tmp_path: Path) -> None:
    found = growths(times("tags", few=2, many=3) | times("search", few=2, many=8))
    write_table(found, tmp_path / "growth.md")
    assert (tmp_path / "growth.md").read_text().splitlines() == [
        "| p50 (p95) in ms, at posts | 10 | 100 | ratio | of the database | target |",
        "| --- | --- | --- | --- | --- | --- |",
        "| tags | 2.00 (2.00) | 3.00 (3.00) | 1.50 | 1.50 | ≤ 1.3 |",
        "| search | 2.00 (2.00) | 8.00 (8.00) | 4.00 | 4.00 |  |",
    ]


def test_the_file_for_programs_has_all_figures(tmp_path: Path) -> None:
    write_json(growths(times("tags", few=2, many=3)), tmp_path / "growth.json")
    [told] = json.loads((tmp_path / "growth.json").read_text())
    few, many = told.pop("figures")
    assert few == {"posts": 10, "reads": 3, "p50": 2, "p95": 2, "database_p50": 1}
    assert (many["posts"], many["p50"]) == (100, 3)
    ratios = {"ratio": 1.5, "database_ratio": 1.5}
    assert told == {"kind": "tags", "target": 1.3, "holds": False} | ratios
