"""Rounds of all kinds of reads in turn, driven by wrk, or by Python where wrk can't be had."""

import http.client
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from statistics import median, quantiles
from time import perf_counter
from urllib.parse import urlsplit

from bench.compare.kinds import check
from bench.speed.contestants import Contestant
from bench.speed.driving import Drive, Failed, drive
from tests.harness.servers_folder import ServersUnavailable
from tests.harness.wrk_program import find_wrk

PERCENTILES = ("50", "95", "99")
_THREADS = 8

Driver = Callable[[str, Contestant, int], Drive]


@dataclass(frozen=True)
class Figure:
    """What was measured of one kind, by round."""

    label: str
    drives: tuple[Drive, ...]

    @property
    def rates(self) -> list[float]:
        """Requests a second."""
        return [each.per_second for each in self.drives]

    def latency(self, percentile: str) -> float:
        """In ms, the median of the rounds."""
        return median(each.latency[percentile] for each in self.drives)


def driver() -> tuple[Driver, str]:
    """Return what sends the requests, and its name."""
    try:
        find_wrk()
    except ServersUnavailable:
        return drive_by_python, "Python"
    return lambda address, kind, seconds: drive(address, kind, seconds, ""), "wrk"


def measured(
    address: str,
    kinds: Sequence[Contestant],
    drive: Driver,
    rounds: int,
    seconds: int,
    on_turn: Callable[[str], None],
) -> list[Figure]:
    """Measure all kinds in turn; raises Failed where an answer is no success."""
    drives: dict[str, list[Drive]] = {kind.label: [] for kind in kinds}
    for _ in range(rounds):
        for kind in kinds:
            on_turn(kind.label)
            drives[kind.label].append(_turn(drive, address, kind, seconds))
    return [Figure(label, tuple(found)) for label, found in drives.items()]


def _turn(drive: Driver, address: str, kind: Contestant, seconds: int) -> Drive:
    try:
        return drive(address, kind, seconds)
    except Failed:
        # says why, where the server still refuses
        check(address, kind)
        raise


def drive_by_python(address: str, kind: Contestant, seconds: int) -> Drive:
    """Ask by some threads, each over one connection; raises Failed."""
    until = perf_counter() + seconds
    with ThreadPoolExecutor(_THREADS) as threads:
        asking = [threads.submit(_ask, address, kind, until) for _ in range(_THREADS)]
        took = [each for asked in asking for each in asked.result()]
    cuts = quantiles(took, n=100, method="inclusive")
    latency = {percentile: cuts[int(percentile) - 1] * 1000 for percentile in PERCENTILES}
    return Drive(len(took), len(took) / seconds, latency)


def _ask(address: str, kind: Contestant, until: float) -> list[float]:
    connection, took = http.client.HTTPConnection(urlsplit(address).netloc), []
    try:
        while (began := perf_counter()) < until:
            connection.request("GET", kind.path, headers=dict(kind.headers))
            answer = connection.getresponse()
            answer.read()
            if answer.status != kind.status:
                raise Failed(f"{kind.label}: it answers {answer.status} under load.")
            took.append(perf_counter() - began)
    finally:
        connection.close()
    return took
