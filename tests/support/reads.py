"""Reads one after the other on one connection, with what each took."""

import json
from http.client import HTTPConnection
from time import perf_counter
from typing import Any
from urllib.parse import urlsplit


def timed_reads(
    address: str, path: str, headers: dict[str, str], count: int
) -> list[tuple[float, Any]]:
    """Return the seconds and the JSON of each; fails on any answer but 200."""
    host = urlsplit(address)
    connection = HTTPConnection(host.hostname or "", host.port, timeout=10)
    reads = []
    for _ in range(count):
        started = perf_counter()
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        content = answer.read()
        reads.append((perf_counter() - started, json.loads(content)))
        assert answer.status == 200, content
    connection.close()
    return reads
