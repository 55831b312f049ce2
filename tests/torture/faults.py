"""The faults: each begins, lasts a while, and heals; `parts` says what it disturbs."""

import asyncio
import signal
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from random import Random

from tests.harness.proxy import Direction, TcpProxy
from tests.harness.server import Server
from tests.support.cuts import heal, refuse
from tests.torture.bounds import END_SECONDS
from tests.torture.cluster import Cluster, Node
from tests.torture.disturbances import PRIMARY, REDIS, server_part

Step = Callable[[], Awaitable[None]]


@dataclass(frozen=True)
class Fault:
    """A fault of a kind at a target; `weight` is how often it is chosen among all."""

    kind: str
    target: str
    begin: Step
    heal: Step
    parts: tuple[str, ...] = ()
    weight: int = 10

    @property
    def name(self) -> str:
        return f"{self.kind} {self.target}"


class DidNotEnd(Exception):
    """A program that was told to end did not in time."""


def all_faults(cluster: Cluster, chance: Random) -> list[Fault]:
    """Return every fault of a cluster."""
    found = []
    for number, server in enumerate(cluster.servers):
        found += _of_ways(server, chance) + _of_process(server, server_part(number))
    for worker in cluster.workers:
        found += _of_ways(worker, chance) + _of_process(worker)
    return found + _of_backends(cluster)


def _of_ways(node: Node, chance: Random) -> list[Fault]:
    found = []
    for backend, proxy in node.proxies.items():
        target = f"{node.program.name} to {backend}"
        parts = (backend,) if backend in (PRIMARY, REDIS) else ()
        weight = 3 if node.address else 1
        for kind, begin in _cuts(proxy, chance).items():
            found.append(Fault(kind, target, begin, partial(heal, proxy), parts, weight))
    return found


def _cuts(proxy: TcpProxy, chance: Random) -> dict[str, Step]:
    async def delay() -> None:
        proxy.delay = chance.uniform(0.03, 0.2)

    return {
        "refuse": partial(refuse, proxy),
        "cut": _at_once(proxy.cut),
        "stall": _at_once(proxy.stall),
        "swallow": _at_once(proxy.swallow),
        "swallow requests": _at_once(lambda: proxy.swallow(Direction.TO_SERVER)),
        "swallow answers": _at_once(lambda: proxy.swallow(Direction.TO_CLIENT)),
        "delay": delay,
        "vanish": _at_once(proxy.vanish),
    }


def _of_process(node: Node, *parts: str) -> list[Fault]:
    async def terminate() -> None:
        took = await asyncio.to_thread(node.program.terminate)
        if took > END_SECONDS:
            raise DidNotEnd(f"{node.program.name} took {took:.0f} s")

    program = node.program
    freeze = _at_once(lambda: program.signal(signal.SIGSTOP))
    go_on = _at_once(lambda: program.signal(signal.SIGCONT))
    start = _in_thread(node.start)
    return [
        Fault("freeze", program.name, freeze, go_on, parts, 8),
        Fault("kill", program.name, _in_thread(program.kill), start, parts, 8),
        Fault("terminate", program.name, terminate, start, parts, 8),
    ]


def _of_backends(cluster: Cluster) -> list[Fault]:
    [replica] = cluster.pair.replicas
    redis, primary = cluster.redis, cluster.pair.primary
    hold, release = _in_thread(replica.stop_applying), _in_thread(replica.start_applying)
    fill = _in_thread(lambda: redis.execute("CONFIG", "SET", "maxmemory", 1))
    empty = _in_thread(lambda: redis.execute("CONFIG", "SET", "maxmemory", 0))
    return [
        Fault("hold", "replica", hold, release, weight=40),
        *_of_server("replica", replica, 8),
        *_of_server("redis", redis, 15, REDIS),
        Fault("fill", "redis", fill, empty, (REDIS,), 15),
        *_of_server("rabbitmq", cluster.rabbitmq, 2),
        *_of_server("primary", primary, 3, PRIMARY),
    ]


def _of_server(name: str, server: Server, weight: int, *parts: str) -> list[Fault]:
    suspend, resume = _in_thread(server.suspend), _in_thread(server.resume)
    return [
        Fault("freeze", name, suspend, resume, parts, weight),
        Fault("kill", name, _in_thread(server.kill), _in_thread(server.start), parts, weight),
    ]


def _at_once(do: Callable[[], object]) -> Step:
    async def step() -> None:
        do()

    return step


def _in_thread(do: Callable[[], object]) -> Step:
    async def step() -> None:
        await asyncio.to_thread(do)

    return step
