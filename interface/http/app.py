"""The HTTP application: routes, and the layers around them."""

import sys
from functools import partial

from fastapi import FastAPI

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


def create_app(container: Container | None = None) -> FastAPI:
    """Make the application; without a container, the one that the environment asks for."""
    app = FastAPI(
        title="Broadsheet",
        version="1",
        summary="A blog server.",
        redirect_slashes=False,
        generate_unique_id_function=operation_id,
        # it looks for this in the environment at each request; /metrics has the numbers
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    app.state.container = container or _container_or_exit()
    # what is asked most stands first: FastAPI tries one after the other
    for part in (posts, comments, tags, unsubscribing, users, favorites, jobs, auth):
        app.include_router(part.router, prefix="/api/v1")
    app.include_router(operations.router)
    app.include_router(old_addresses.router)
    handle_errors(app)
    describe(app)
    _add_layers(app, app.state.container)
    return app


def _add_layers(app: FastAPI, container: Container) -> None:
    cors = partial(
        CorsLayer,
        allow_origins=container.cors_origins,
        allow_credentials="*" not in container.cors_origins,
        allow_methods=["*"],
        allow_headers=["*"],
        expose_headers=_EXPOSED,
    )
    # the last one added is the outermost
    app.add_middleware(ConsistencyLayer, container=container)
    app.add_middleware(HeadLayer)
    app.add_middleware(BodyLimitLayer)
    app.add_middleware(SafetyLayer)
    app.add_middleware(cors)
    app.add_middleware(RequestLayer, telemetry=container.telemetry)
    if kept := container.kept_answers:
        app.add_middleware(FrontLayer, container=container, kept=kept, cors=cors(app))
    app.add_middleware(LifespanLayer, container=container)


def _container_or_exit() -> Container:
    try:
        return build_container()
    except WrongSetting as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(2)
