"""What benchmarks make of what they measured."""

import json
from pathlib import Path

import pytest

from bench.speed.closed import Closed
from bench.speed.contestants import Known, contestants
from bench.speed.driving import Drive
from bench.speed.machine import Machine
from bench.speed.ratios import Ratio, ratios
from bench.speed.report import Memory, Run, write_json, write_markdown
from bench.speed.rounds import Figure, Turn
from bench.speed.targets import TARGETS

MACHINE = Machine("2026-11-20", "A chip", 2, "Linux", "3.11", "1", "2", "MySQL 9", "Redis 7", 3, 2)
CLOSED = Closed("/api/v1/posts/2", "/api/v1/posts/3", "/api/v1/posts", "token", "token")
KNOWN = Known('"1-e"', "token", "/api/v1/posts/1", "/posts/x", "/users/ann", CLOSED)
LATENCY = dict.fromkeys(("50", "75", "90", "95", "99", "99.9"), 1.5)


def figures(**rates: list[float]) -> list[Figure]:
    """What each contestant did in three rounds: a thousand a second, unless told otherwise."""
    return [
        Figure(contestant, tuple(map(turn, rates.get(contestant.name, [1000.0] * 3))))
        for contestant in contestants(KNOWN)
    ]


def turn(rate: float) -> Turn:
    return Turn(Drive(2000, rate, LATENCY), cpu_seconds=0.5)


def of_front(found: list[Ratio]) -> Ratio:
    [ratio] = [ratio for ratio in found if (ratio.target.second, ratio.target.first) == FRONT]
    return ratio


FRONT = ("memory", "front")


def test_ratios_are_of_the_same_round() -> None:
    # a machine that was slow for one round was slow for both
    ratio = of_front(ratios(figures(front=[2000, 200, 2400], memory=[1000, 100, 1000])))
    assert ratio.by_round == (2.0, 2.0, 2.4)
    assert ratio.value == 2.0
    assert ratio.holds


def test_a_ratio_below_its_target_is_missed_and_below_its_floor_a_fault() -> None:
    [target] = [target for target in TARGETS if (target.second, target.first) == FRONT]
    for rate, holds, is_whole in (
        (target.at_least, True, True),
        (target.at_least - 0.01, False, True),
        (target.floor, False, True),
        (target.floor - 0.01, False, False),
    ):
        ratio = of_front(ratios(figures(front=[1000 * rate] * 3)))
        assert (ratio.holds, ratio.is_whole) == (holds, is_whole), rate


def test_a_change_that_halves_a_ratio_is_below_its_floor() -> None:
    assert all(target.usual / 2 < target.floor < target.usual for target in TARGETS)


@pytest.mark.parametrize(
    ("before", "after", "holds"), [(100, 104, True), (100, 106, False), (147, 151, False)]
)
def test_memory_may_neither_be_much_nor_grow(before: float, after: float, holds: bool) -> None:
    assert Memory(before, after, 1_000_000).holds is holds


def test_a_run_is_told_to_programs_and_to_people(tmp_path: Path) -> None:
    found = figures(front=[1000.0, 3000.0, 2000.0])
    run = Run(MACHINE, found, ratios(found), Memory(100, 101, 1_000_000))
    write_json(run, tmp_path / "latest.json")
    write_markdown(run, tmp_path / "latest.md")
    told = json.loads((tmp_path / "latest.json").read_text())
    [front] = [figure for figure in told["figures"] if figure["name"] == "front"]
    assert front["requests_per_second"] == [1000, 3000, 2000]
    assert front["cpu_microseconds"] == 250
    assert told["memory"]["holds"] is True
    said = (tmp_path / "latest.md").read_text()
    assert "| **cached list, through the front** | 2,000 | 1,000, 3,000 | 1.50 |" in said
    assert "A chip, 2 cores" in said
    assert "101 after 1,000,000 requests" in said
