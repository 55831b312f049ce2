"""The numbers of the last hour, and their plots."""

import asyncio
import struct
from itertools import count
from math import inf
from xml.etree import ElementTree

import pytest
from prometheus_client import CollectorRegistry

from application.status import Durations, RouteNumbers, Sample
from infra.telemetry.exposition import collected
from infra.telemetry.history import History
from infra.telemetry.requests import RequestMetrics
from interface.status import formatting
from interface.status.plots import pairs_of, plot

BOUNDS = (0.01, 0.1, 1.0, inf)


@pytest.mark.parametrize(
    ("counts", "share", "seconds"),
    [
        ((10, 10, 10, 10), 0.5, 0.005),
        ((0, 10, 10, 10), 0.5, 0.055),
        ((50, 90, 100, 100), 0.95, 0.55),
        ((0, 0, 0, 10), 0.5, 1.0),
        ((0, 0, 0, 0), 0.5, None),
    ],
)
def test_quantiles_lie_within_their_class(
    counts: tuple[float, ...], share: float, seconds: float | None
) -> None:
    assert Durations(BOUNDS, counts).quantile(share) == pytest.approx(seconds)


def test_one_call_takes_no_longer_than_it_took() -> None:
    called_once = RouteNumbers("GET", "/", Durations(BOUNDS, (0, 0, 1, 1)), 0.11, 0)
    assert called_once.quantile(0.95) == 0.11


def sample(at: float, waiting: float) -> Sample:
    return Sample(at, Durations(), 0, 0, 0, waiting, None)


def test_a_plot_has_the_newest_sample_and_at_most_sixty_points() -> None:
    for number in (0, 1, 2, 60, 61, 62, 361):
        pairs = pairs_of([sample(10.0 * each, each) for each in range(number)])
        assert len(pairs) <= 60
        assert [pair[1].at for pair in pairs][-1:] == ([10.0 * (number - 1)] if number > 1 else [])


def test_a_plot_leaves_gaps_and_stays_below_a_round_number() -> None:
    pairs = pairs_of([sample(10.0 * number, number) for number in range(5)])
    values = [0.0, 3.0, None, 0.07]
    row = iter(values)
    drawn = plot("Jobs", pairs, {"": lambda pair: next(row)}, formatting.count, 1)
    assert drawn.top == "5"
    assert drawn.lines[0].path == "M150.0 100.0h.1L300.0 40.0h.1M600.0 98.6h.1"
    assert drawn.text == "Jobs: now 0.07; the upper edge is 5"
    assert ElementTree.fromstring(f'<path d="{drawn.lines[0].path}"/>') is not None


def test_no_samples_are_an_empty_plot() -> None:
    drawn = plot("Jobs", [], {"": lambda pair: 1.0}, formatting.count, 10)
    assert (drawn.top, drawn.lines[0].path, drawn.lines[0].last) == ("10", "", "–")


def test_a_process_that_replaces_another_does_not_show_its_calls() -> None:
    registry = CollectorRegistry()
    requests, history = RequestMetrics(registry), History(lambda: collected(registry))
    requests.observe("GET", "/", 200, 0.02)  # in the files that it takes over
    history.sample()
    requests.observe("GET", "/", 200, 0.02)
    [route] = history.routes(history.numbers())[1]
    assert route.durations.total == 1


async def test_a_sample_that_fails_does_not_end_the_history() -> None:
    sampled, calls = asyncio.Event(), count()

    def collect() -> tuple[()]:
        if next(calls) == 0:
            raise struct.error("The file of a process that starts is empty.")
        loop.call_soon_threadsafe(sampled.set)
        return ()

    loop, history = asyncio.get_running_loop(), History(collect, period_seconds=0.01)
    running = asyncio.create_task(history.run())
    await asyncio.wait_for(sampled.wait(), 60)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


def test_routes_are_those_of_the_last_hour() -> None:
    registry, ticks = CollectorRegistry(), count(step=10)
    requests, now = RequestMetrics(registry), 0.0
    history = History(lambda: collected(registry), clock=lambda: now)
    requests.observe("GET", "/old", 200, 0.02)
    requests.observe("GET", "/readyz", 503, 0.02)
    for number in range(400):
        now = float(next(ticks))
        history.sample()
        if number == 395:
            requests.observe("GET", "/new", 500, 0.02)
            requests.observe("GET", "/readyz", 503, 0.02)
    seconds, routes = history.routes(history.numbers())
    found = {each.route: each for each in routes}
    assert 3_000 <= seconds <= 3_600
    assert (found["/old"].durations.total, found["/new"].durations.total) == (0, 1)
    assert (found["/new"].errors, len(history.samples)) == (1, 361)
    first, last = history.samples[0], history.samples[-1]
    assert last.durations.since(first.durations).total == 2
    # not of what tells a balancer that the server drains
    assert last.errors - first.errors == 1
