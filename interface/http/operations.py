"""What operators ask a server."""

from typing import Literal

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from application.readiness import Readiness
from interface.http.answers import json_answer
from interface.http.dependencies import container_of

router = APIRouter(tags=["operations"])


class Welcome(BaseModel):
    """What this is and where to go on."""

    name: str = "Broadsheet"
    what: str = "A blog server: a REST API over posts, users and tags."
    api: str = "/api/v1"
    docs: str = "/docs"
    openapi: str = "/openapi.json"
    health: str = "/healthz"
    readiness: str = "/readyz"


class Health(BaseModel):
    """The process lives."""

    status: Literal["alive"] = "alive"


@router.get("/")
async def welcome() -> Welcome:
    """Say what this is and where to go on."""
    return Welcome()


@router.get("/healthz")
async def healthz() -> Health:
    """Tell that the process lives."""
    return Health()


@router.get("/readyz", response_model=Readiness, responses={503: {"model": Readiness}})
async def readyz(request: Request) -> Response:
    """Tell whether the server can do its work, and what it does without a part of it."""
    readiness = await container_of(request).readiness()
    return json_answer(readiness, 200 if readiness.status == "ready" else 503)
