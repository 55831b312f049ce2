"""Each route says what it counts as: no new one is left without a limit."""

from collections.abc import Iterator

from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from interface.http.dependencies import (
    AuthenticatedLimitedScope,
    LimitedScope,
    open_scope_of_export,
    open_scope_of_list,
)
from interface.http.previews import open_preview
from interface.http.realworld.dependencies import AnyCaller, OptionalCaller, RequiredCaller
from interface.http.realworld.routers import ROUTERS as REALWORLD_ROUTERS
from interface.http.v1 import ROUTERS

COUNTING = (AuthenticatedLimitedScope, LimitedScope, AnyCaller, OptionalCaller, RequiredCaller)
OPENING = (open_scope_of_export, open_scope_of_list, open_preview)
# by a token that nobody guesses, or limited where the use case counts
UNCOUNTED = {
    "log_in",
    "log_in_user",
    "refresh",
    "log_out",
    "forget_password",
    "reset_password",
    "verify_email",
    "ask_to_unsubscribe",
    "unsubscribe",
    "ask_to_reset",
    "reset_by_link",
    "ask_to_verify",
    "verify_by_link",
}


def dependencies_of(dependant: Dependant) -> Iterator[object]:
    for each in dependant.dependencies:
        yield each.call
        yield from dependencies_of(each)


def counts(route: APIRoute) -> list[object]:
    """Return the dependencies of a route that count it."""
    return [
        each
        for each in dependencies_of(route.dependant)
        if isinstance(each, COUNTING) or each in OPENING
        if not (isinstance(each, AnyCaller) and not each._limits)
    ]


def test_every_route_is_counted_once() -> None:
    routers = (*ROUTERS, *REALWORLD_ROUTERS)
    routes = [each for router in routers for each in router.routes if isinstance(each, APIRoute)]
    assert len(routes) > 30
    uncounted = {route.name for route in routes if not counts(route)}
    assert uncounted == UNCOUNTED
    assert [route.name for route in routes if len(counts(route)) > 1] == []
