"""Routes for operators."""

from typing import Literal

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import PlainTextResponse
from pydantic import BaseModel
from typing_extensions import TypeAliasType

from application.readiness import Readiness
from core.dependencies.telemetry import OPEN_METRICS_TEXT, PROMETHEUS_TEXT
from interface.http.answers import json_answer
from interface.http.callers import is_on_loopback
from interface.http.dependencies import container_of

router = APIRouter(tags=["operations"])
_OPEN_METRICS = "application/openmetrics-text"


class Welcome(BaseModel):
    """The service, and links to its API and documentation."""

    name: str = "Broadsheet"
    what: str = "A blog server: a REST API over posts, users, comments and tags."
    api: str = "/api/v1"
    docs: str = "/docs"
    openapi: str = "/openapi.json"
    health: str = "/healthz"
    readiness: str = "/readyz"


class Health(BaseModel):
    """The process is alive."""

    status: Literal["alive"] = "alive"


class Draining(BaseModel):
    """The process drains: it answers the requests under way and will end."""

    status: Literal["draining"] = "draining"


# a named type, which is a schema of its own in the API's description
NotReady = TypeAliasType("NotReady", Readiness | Draining)


@router.get("/", responses={200: {"content": {"text/html": {}}}})
async def welcome() -> Welcome:
    """Return the name of the service, and links to its API and documentation; a page of the blog
    to who does not ask for JSON."""
    return Welcome()


@router.get("/healthz")
async def healthz() -> Health:
    """Return 200 while the process is alive."""
    return Health()


@router.get("/readyz", response_model=Readiness, responses={503: {"model": NotReady}})
async def readyz(request: Request) -> Response:
    """Return whether the server can serve, and the state of each part; callers on
    this machine also get the addresses of its replicas."""
    # set by a server that drains: load balancers stop sending requests
    if getattr(request.state, "draining", False):
        return json_answer(Draining(), 503)
    readiness = await container_of(request).readiness()
    if not is_on_loopback(request.scope):
        readiness = readiness.without_addresses()
    return json_answer(readiness, 200 if readiness.status == "ready" else 503)


@router.get(
    "/metrics", response_class=PlainTextResponse, responses={404: {"description": "Not Found"}}
)
async def metrics(request: Request) -> Response:
    """Return the metrics, in Prometheus' text format; for callers on this machine by default."""
    container = container_of(request)
    if not (container.metrics_are_public or is_on_loopback(request.scope)):
        raise HTTPException(404)
    telemetry = container.telemetry
    if _OPEN_METRICS in request.headers.get("accept", "") and (text := telemetry.open_metrics()):
        return Response(text, media_type=OPEN_METRICS_TEXT)
    return Response(telemetry.text(), media_type=PROMETHEUS_TEXT)
