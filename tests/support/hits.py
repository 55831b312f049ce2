"""Sends fifty reads a second, and measures how long each took."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from math import ceil
from time import monotonic, perf_counter, sleep

_PAUSE_SECONDS = 0.02
_ENOUGH = 150
_TIMEOUT_SECONDS = 90


@dataclass
class Hits:
    """Reads of one address over one connection, each in seconds."""

    seconds: list[float] = field(default_factory=list)
    statuses: set[bytes] = field(default_factory=set)

    @property
    def p99(self) -> float:
        return sorted(self.seconds)[ceil(len(self.seconds) * 0.99) - 1]


@contextmanager
def hits_on(address: str, path: str) -> Iterator[Hits]:
    """Read during a block, and until there are enough reads to judge by."""
    hits, ended = Hits(), threading.Event()
    host, port = address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=_TIMEOUT_SECONDS) as connection:
        request = f"GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode()
        reading = threading.Thread(target=_read, args=(hits, connection, request, ended))
        reading.start()
        try:
            yield hits
        finally:
            ended.set()
            reading.join(2 * _TIMEOUT_SECONDS)


def _read(hits: Hits, connection: socket.socket, request: bytes, ended: threading.Event) -> None:
    until = monotonic() + _TIMEOUT_SECONDS
    while monotonic() < until and not (ended.is_set() and len(hits.seconds) >= _ENOUGH):
        began = perf_counter()
        connection.sendall(request)
        hits.statuses.add(_answered(connection))
        hits.seconds.append(perf_counter() - began)
        sleep(_PAUSE_SECONDS)


def _answered(connection: socket.socket) -> bytes:
    """Read an answer to its end; returns its status."""
    said = b""
    while b"\r\n\r\n" not in said:
        said += connection.recv(65_536)
    head, _, content = said.partition(b"\r\n\r\n")
    lines = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:])
    missing = int(lines[b"content-length"]) - len(content)
    while missing > 0:
        missing -= len(connection.recv(65_536))
    return head.split(b" ")[1]
