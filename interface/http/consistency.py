"""The header `Consistency-Token`: read from requests, and added to each answer to a command."""

from collections.abc import Iterable

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from application.positions import Position, joined
from core.dependencies.container import Container
from core.dependencies.scope import ServiceScope

HEADER = "Consistency-Token"
READS = frozenset({"GET", "HEAD", "OPTIONS"})


def sent_position(container: Container, values: Iterable[str]) -> Position:
    """Join all the tokens that a request sent; raises ForgedPosition."""
    tokens = map(str.strip, ",".join(values).split(","))
    return joined(container.position_of(token) for token in tokens if token)


class ConsistencyLayer:
    """Adds the caller's position to answers to commands, refused ones too."""

    def __init__(self, app: ASGIApp, container: Container) -> None:
        self.app = app
        self.container = container

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in READS:
            await self.app(scope, receive, send)
            return

        async def send_with_token(message: Message) -> None:
            opened: ServiceScope | None = scope["state"].get("scope")
            if message["type"] == "http.response.start" and opened is not None:
                token = self.container.consistency_token(opened.position.value)
                MutableHeaders(scope=message)[HEADER] = token
            await send(message)

        await self.app(scope, receive, send_with_token)
