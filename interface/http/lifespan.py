"""The start and the end of a server; a refused start is one line, not a traceback."""

import gc
import logging

from starlette.types import ASGIApp, Receive, Scope, Send

from core.dependencies.container import Container
from core.errors import StartRefused

_log = logging.getLogger("broadsheet")


class LifespanLayer:
    """Starts the container before the first request and stops it after the last."""

    def __init__(self, app: ASGIApp, container: Container) -> None:
        self.app = app
        self.container = container

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "lifespan":
            await self.app(scope, receive, send)
            return
        await receive()
        try:
            await self.container.start()
        except Exception as error:
            # uvicorn treats other exceptions as an application without a lifespan
            if not isinstance(error, StartRefused):
                _log.exception("the start failed")
            await self.container.stop()
            await send({"type": "lifespan.startup.failed", "message": str(error)})
            return
        # these objects live until the end: the garbage collector need not scan them each time
        gc.collect()
        gc.freeze()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        gc.unfreeze()
        await self.container.stop()
        await send({"type": "lifespan.shutdown.complete"})
