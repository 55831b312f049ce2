"""How a connection through a proxy is cut, in each way that a network knows, and healed."""

from collections.abc import Callable, Coroutine
from typing import Any

from tests.harness.proxy import Direction, TcpProxy

Cut = Callable[[TcpProxy], Coroutine[Any, Any, None]]

_SLOW_SECONDS = 0.03  # both ways together take longer than a server waits for Redis


async def refuse(proxy: TcpProxy) -> None:
    await proxy.refuse()
    proxy.cut()


async def stall(proxy: TcpProxy) -> None:
    proxy.stall()


async def swallow(proxy: TcpProxy) -> None:
    proxy.swallow()


async def swallow_answers(proxy: TcpProxy) -> None:
    proxy.swallow(Direction.TO_CLIENT)


async def slow(proxy: TcpProxy) -> None:
    proxy.delay = _SLOW_SECONDS


async def heal(proxy: TcpProxy) -> None:
    """Undo any of them, or none."""
    proxy.delay = 0.0
    proxy.resume()
    if not proxy.accepts:
        await proxy.accept()
