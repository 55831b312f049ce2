"""Rounds: every contestant after the other, for some seconds each, again and again."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

import httpx

from bench.speed.applications import Application, Applications
from bench.speed.contestants import Contestant
from bench.speed.driving import Drive, Failed, drive


@dataclass(frozen=True)
class Turn:
    """What a contestant did in one round."""

    drive: Drive
    cpu_seconds: float


@dataclass(frozen=True)
class Figure:
    """What a contestant did in all rounds."""

    contestant: Contestant
    turns: tuple[Turn, ...]

    @property
    def rates(self) -> list[float]:
        """Requests a second, by round."""
        return [turn.drive.per_second for turn in self.turns]

    @property
    def cpu_microseconds(self) -> float:
        """Of the server for one request."""
        return median(turn.cpu_seconds / turn.drive.requests for turn in self.turns) * 1e6

    def latency(self, percentile: str) -> float:
        """In ms, under as many connections as wrk keeps busy."""
        return median(turn.drive.latency[percentile] for turn in self.turns)


def measured(
    field: Sequence[Contestant],
    applications: Applications,
    rounds: int,
    seconds: int,
    on_turn: Callable[[str], None],
) -> list[Figure]:
    """Measure all contestants side by side; raises Failed."""
    turns: dict[str, list[Turn]] = {contestant.name: [] for contestant in field}
    for contestant in field:
        _check(contestant, applications[contestant.application])
    for number in range(rounds):
        for contestant in field:
            on_turn(contestant.label)
            application = applications[contestant.application]
            turns[contestant.name].append(_turn(contestant, application, seconds, number))
    return [Figure(contestant, tuple(turns[contestant.name])) for contestant in field]


def _turn(contestant: Contestant, application: Application, seconds: int, number: int) -> Turn:
    before = application.cpu_seconds
    driven = drive(application.address, contestant, seconds, f"of round {number}")
    return Turn(driven, application.cpu_seconds - before)


def _check(contestant: Contestant, application: Application) -> None:
    """See that it is asked what it should be, before anybody measures how fast it is."""
    url, headers = application.address + contestant.path, contestant.headers
    if contestant.kind == "post":
        answer = httpx.post(url, headers=headers, json={"title": "Proof", "body": "Ink."})
    else:
        # the first may fill the cache
        answer = [httpx.get(url, headers=headers) for _ in range(3)][-1]
    found = answer.headers.get("X-Cache")
    if answer.status_code != contestant.status or contestant.x_cache not in (None, found):
        raise Failed(f"{contestant.label}: {answer.status_code} {found} {answer.text[:300]}")
