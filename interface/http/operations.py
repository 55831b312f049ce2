"""What operators ask a server."""

from typing import Literal

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import PlainTextResponse
from pydantic import BaseModel
from typing_extensions import TypeAliasType

from application.readiness import Readiness
from interface.http.answers import json_answer
from interface.http.callers import is_on_loopback
from interface.http.dependencies import container_of

router = APIRouter(tags=["operations"])
_PROMETHEUS_TEXT = "text/plain; version=0.0.4"


class Welcome(BaseModel):
    """What this is and where to go on."""

    name: str = "Broadsheet"
    what: str = "A blog server: a REST API over posts, users, comments and tags."
    api: str = "/api/v1"
    docs: str = "/docs"
    openapi: str = "/openapi.json"
    health: str = "/healthz"
    readiness: str = "/readyz"


class Health(BaseModel):
    """The process lives."""

    status: Literal["alive"] = "alive"


class Draining(BaseModel):
    """The process answers what is under way and will end."""

    status: Literal["draining"] = "draining"


# with a name, by which the API's description knows it
NotReady = TypeAliasType("NotReady", Readiness | Draining)


@router.get("/")
async def welcome() -> Welcome:
    """Say what this is and where to go on."""
    return Welcome()


@router.get("/healthz")
async def healthz() -> Health:
    """Tell that the process lives."""
    return Health()


@router.get("/readyz", response_model=Readiness, responses={503: {"model": NotReady}})
async def readyz(request: Request) -> Response:
    """Tell whether the server can do its work, and what it does without a part of it."""
    # set by the server that drains its connections: balancers look away
    if getattr(request.state, "draining", False):
        return json_answer(Draining(), 503)
    readiness = await container_of(request).readiness()
    return json_answer(readiness, 200 if readiness.status == "ready" else 503)


@router.get(
    "/metrics", response_class=PlainTextResponse, responses={404: {"description": "Not Found"}}
)
async def metrics(request: Request) -> Response:
    """Tell Prometheus what this server counts; callers on this machine alone may ask."""
    container = container_of(request)
    if not (container.metrics_are_public or is_on_loopback(request.scope)):
        raise HTTPException(404)
    return Response(container.telemetry.text(), media_type=_PROMETHEUS_TEXT)
