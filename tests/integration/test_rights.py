"""Every route against every role, the owner and strangers, on what is shown and what is hidden."""

import pytest

from core.dependencies.container import Container
from interface.http.app import create_api
from tests.support.aggregates import TABLES, TRIALS, TRIALS_TOGETHER
from tests.support.api import Api
from tests.support.routes import Blog, Trial, people

ROUTES = [route for table in TABLES for route in table.routes]


@pytest.fixture
def described(container: Container) -> dict[tuple[str, str], set[int]]:
    """All calls, each with the statuses that its description has."""
    return {
        (method.upper(), path.removeprefix("/api/v1")): set(map(int, call["responses"]))
        for path, methods in create_api(container).openapi()["paths"].items()
        if path.startswith("/api/")
        for method, call in methods.items()
    }


def test_every_route_is_in_a_table(described: dict[tuple[str, str], set[int]]) -> None:
    """And so is tried here, and wherever all routes are."""
    assert described.keys() == {route.described for route in ROUTES}


def test_every_answer_is_described(described: dict[tuple[str, str], set[int]]) -> None:
    for route in ROUTES:
        assert {*route.answers, *(route.hidden or ())} <= described[route.described], route


@pytest.mark.one_database
@pytest.mark.parametrize("trials", TRIALS_TOGETHER, ids=lambda trials: str(trials[0]))
async def test_whom_it_refuses_has_changed_nothing(api: Api, trials: list[Trial]) -> None:
    callers, table = await people(api), trials[0].table
    samples = await trials[0].samples(Blog.of(api, callers))
    before = await table.shown(api, callers["admin"], samples)
    for trial in trials:
        for name, status in trial.answers.items():
            if status >= 400 or trial.is_read:
                answer = await trial.route.call(api, callers[name], samples)
                assert answer.status_code == status, (str(trial), name, answer.text)
    assert await table.shown(api, callers["admin"], samples) == before


@pytest.mark.one_database
@pytest.mark.parametrize("trial", [trial for trial in TRIALS if trial.changes], ids=str)
async def test_whoever_may_does_it(api: Api, trial: Trial) -> None:
    callers = await people(api)
    for name, status in trial.answers.items():
        if status < 400:
            samples = await trial.samples(Blog.of(api, callers))
            answer = await trial.route.call(api, callers[name], samples)
            assert answer.status_code == status, (name, answer.text)
