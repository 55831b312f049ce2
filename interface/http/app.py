"""The HTTP application: the front, the lifespan, and the API with its layers."""

import sys
from collections.abc import Callable
from functools import partial

from fastapi import FastAPI
from starlette.types import ASGIApp

from core.blog.container import build_container
from core.dependencies.container import Container
from core.errors import WrongSetting
from core.version import VERSION
from interface.http import media_files, old_addresses, operations, security_txt
from interface.http.body_limit import BodyLimitLayer
from interface.http.consistency import ConsistencyLayer
from interface.http.cors import CorsLayer
from interface.http.description import describe, operation_id
from interface.http.docs import add_docs
from interface.http.errors import handle_errors
from interface.http.front import FrontLayer
from interface.http.hash_slots import HashSlots
from interface.http.head import HeadLayer
from interface.http.hosts import HostLayer
from interface.http.lifespan import LifespanLayer
from interface.http.limits import POLICY, REMAINING
from interface.http.paths import PathLayer
from interface.http.realworld.routers import ROUTERS as REALWORLD_ROUTERS
from interface.http.requests import RequestLayer, SafetyLayer
from interface.http.tracing import InnerTraceLayer, TraceLayer
from interface.http.v1 import ROUTERS
from interface.site import feed_routes, preview_routes
from interface.site import routes as pages
from interface.status import routes as status

_EXPOSED = (
    "ETag",
    "Location",
    "Link",
    "Consistency-Token",
    "X-Request-ID",
    "X-Cache",
    "Idempotency-Replayed",
    "Retry-After",
    POLICY,
    REMAINING,
)


def create_app(container: Container | None = None) -> ASGIApp:
    """Make the ASGI application; without a container, with one by the environment.

    The front is outside the framework: a hit does not enter it.
    """
    container = container or _container_or_exit()
    api = create_api(container)
    served: ASGIApp = LifespanLayer(api, container)
    tracer = container.tracer
    if tracer:
        served = InnerTraceLayer(served)
    if kept := container.shared_entries:
        served = FrontLayer(served, container, kept, _cors(container)(api))
    return TraceLayer(served, tracer, container.trace_clients) if tracer else served


def create_api(container: Container) -> FastAPI:
    """Make the API: its routes, and the layers around them."""
    api = FastAPI(
        title="Broadsheet",
        version=VERSION,
        summary="A blog server.",
        redirect_slashes=False,
        # they would load their scripts from other hosts
        docs_url=None,
        redoc_url=None,
        generate_unique_id_function=operation_id,
        # else it reads the environment at each request; /metrics has the numbers
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    api.state.container = container
    api.state.hash_slots = HashSlots()
    for router in ROUTERS:
        api.include_router(router, prefix="/api/v1")
    for router in REALWORLD_ROUTERS:
        api.include_router(router, prefix="/api")
    if container.has_site:
        api.include_router(pages.router)
        api.include_router(feed_routes.router)
        api.include_router(preview_routes.router)
    api.include_router(operations.router)
    api.include_router(security_txt.router)
    api.include_router(status.router)
    api.include_router(media_files.router)
    add_docs(api)
    if container.has_site:
        api.include_router(pages.page_router)
    api.include_router(old_addresses.router)
    handle_errors(api)
    describe(api)
    _add_layers(api, container)
    return api


def _add_layers(api: FastAPI, container: Container) -> None:
    # the last one added is the outermost
    api.add_middleware(ConsistencyLayer, container=container)
    api.add_middleware(HeadLayer)
    api.add_middleware(BodyLimitLayer, container=container)
    api.add_middleware(PathLayer)
    api.add_middleware(HostLayer, container=container)
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
