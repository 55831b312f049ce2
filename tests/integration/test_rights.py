"""Every route against every role, the owner and strangers, on what is shown and what is hidden."""

import pytest

from core.dependencies.container import Container
from interface.http.app import create_api
from tests.support.aggregates import TABLES, TRIALS
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
@pytest.mark.parametrize("trial", TRIALS, ids=str)
async def test_each_caller_is_answered_as_their_role_allows(api: Api, trial: Trial) -> None:
    """And whom it refuses has changed nothing."""
    callers = await people(api)
    blog, admin = Blog.of(api, callers), callers["admin"]
    samples = await trial.samples(blog)
    before = await trial.table.shown(api, admin, samples)
    for name, status in trial.answers.items():
        answer = await trial.route.call(api, callers[name], samples)
        assert answer.status_code == status, (name, answer.text)
        if trial.route.method == "GET":
            continue
        if answer.is_success:
            samples = await trial.samples(blog)
            before = await trial.table.shown(api, admin, samples)
        else:
            assert await trial.table.shown(api, admin, samples) == before, name
