"""The HTTP application, from the outside to the inside: the front, the lifespan, the API."""

import sys
from collections.abc import Callable
from functools import partial

from fastapi import FastAPI
from starlette.types import ASGIApp

from core.dependencies.container import Container, build_container
from core.errors import WrongSetting
from interface.http import old_addresses, operations
from interface.http.body_limit import BodyLimitLayer
from interface.http.consistency import ConsistencyLayer
from interface.http.cors import CorsLayer
from interface.http.description import describe, operation_id
from interface.http.errors import handle_errors
from interface.http.front import FrontLayer
from interface.http.head import HeadLayer
from interface.http.lifespan import LifespanLayer
from interface.http.paths import PathLayer
from interface.http.requests import RequestLayer, SafetyLayer
from interface.http.v1 import auth, comments, favorites, jobs, posts, tags, unsubscribing, users

_EXPOSED = (
    "ETag",
    "Location",
    "Link",
    "Consistency-Token",
    "X-Request-ID",
    "X-Cache",
    "Idempotency-Replayed",
    "Retry-After",
)


def create_app(container: Container | None = None) -> ASGIApp:
    """Make what is served; without a container, the one that the environment asks for.

    The front stands before the framework: a hit does not pass through it.
    """
    container = container or _container_or_exit()
    api = create_api(container)
    served = LifespanLayer(api, container)
    if kept := container.kept_answers:
        return FrontLayer(served, container, kept, _cors(container)(api))
    return served


def create_api(container: Container) -> FastAPI:
    """Make the API: its routes, and the layers around them."""
    api = FastAPI(
        title="Broadsheet",
        version="1",
        summary="A blog server.",
        redirect_slashes=False,
        generate_unique_id_function=operation_id,
        # it looks for this in the environment at each request; /metrics has the numbers
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    api.state.container = container
    # what is asked most stands first: FastAPI tries one after the other
    for part in (posts, comments, tags, unsubscribing, users, favorites, jobs, auth):
        api.include_router(part.router, prefix="/api/v1")
    api.include_router(operations.router)
    api.include_router(old_addresses.router)
    handle_errors(api)
    describe(api)
    _add_layers(api, container)
    return api


def _add_layers(api: FastAPI, container: Container) -> None:
    # the last one added is the outermost
    api.add_middleware(ConsistencyLayer, container=container)
    api.add_middleware(HeadLayer)
    api.add_middleware(BodyLimitLayer)
    api.add_middleware(PathLayer)
    api.add_middleware(SafetyLayer)
    api.add_middleware(_cors(container))
    api.add_middleware(RequestLayer, telemetry=container.telemetry)


def _cors(container: Container) -> Callable[[ASGIApp], CorsLayer]:
    return partial(
        CorsLayer,
        allow_origins=container.cors_origins,
        allow_credentials="*" not in container.cors_origins,
        allow_methods=["*"],
        allow_headers=["*"],
        expose_headers=_EXPOSED,
    )


def _container_or_exit() -> Container:
    try:
        return build_container()
    except WrongSetting as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(2)
