"""Counting requests, by a bounded number of methods and routes."""

from starlette.types import Scope

from application.tracing import current_span
from core.dependencies.telemetry import Telemetry

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_OTHER = "other"
_OLD_ADDRESS = "/{address}"  # the route that matches every address


def count_request(telemetry: Telemetry, scope: Scope, status: int, seconds: float) -> None:
    """Count a request that has been answered."""
    method, span = scope["method"], current_span()
    telemetry.requests.observe(
        method if method in METHODS else _OTHER,
        _counted_as(scope, status),
        status,
        seconds,
        span.trace_id if span else None,
    )


def template_of(scope: Scope) -> str | None:
    """Return the template of the route that a request took; None where there is none."""
    # the only place where FastAPI has the whole path of a route that was included with a prefix
    context = scope.get("fastapi", {}).get("effective_route_context")
    template: str | None = getattr(context, "path_format", None)
    return template


def _counted_as(scope: Scope, status: int) -> str:
    template = template_of(scope)
    leads_nowhere = template == _OLD_ADDRESS and status == 404
    return _OTHER if leads_nowhere or not template else template
