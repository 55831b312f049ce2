"""The kinds of reads that are compared, and checks that the server answers each as expected."""

from collections.abc import Mapping
from statistics import median
from time import perf_counter

import httpx

from bench.speed.contestants import PAST_CACHE, Contestant
from bench.speed.driving import Failed

_NEAR_SECONDS = 0.01
_PROBES = 20


def check_distance(address: str) -> None:
    """Raise Failed where there is no server, or the way to it takes longer than its answers."""
    try:
        with httpx.Client(base_url=address, timeout=5) as client:
            client.get("/healthz").raise_for_status()
            took = [_seconds_of(client) for _ in range(_PROBES)]
    except httpx.HTTPError as error:
        raise Failed(
            f"No Broadsheet answers at {address} ({error}): start one, or set HOST."
        ) from None
    if median(took) > _NEAR_SECONDS:
        away = f"{median(took) * 1000:.0f} ms"
        raise Failed(f"{address} is {away} away, longer than it takes to answer: measure near it.")


def checked_kinds(address: str, path: str, token: str) -> list[Contestant]:
    """Return the kinds of reads, each checked; raises Failed."""
    kinds = [_cached("cached, anonymous", path, {}), _uncached("uncached, anonymous", path, {})]
    if token:
        caller = {"Authorization": f"Bearer {token}"}
        kinds += [
            _cached("cached, authenticated", path, caller),
            _uncached("uncached, authenticated", path, caller),
        ]
    contents = {check(address, kind) for kind in kinds}
    if len(contents) > 1:
        raise Failed("The kinds of reads have different contents: does anybody write meanwhile?")
    return kinds


def _cached(label: str, path: str, headers: Mapping[str, str]) -> Contestant:
    return Contestant(label, label, path=path, headers=headers, x_cache="HIT")


def _uncached(label: str, path: str, headers: Mapping[str, str]) -> Contestant:
    return Contestant(label, label, path=path, headers={**headers, **PAST_CACHE}, x_cache="BYPASS")


def check(address: str, kind: Contestant) -> bytes:
    """Return the content of a read; raises Failed where the server limits or answers wrongly."""
    # the first may fill the cache
    answers = [httpx.get(address + kind.path, headers=kind.headers) for _ in range(3)]
    answer = answers[-1]
    if answer.status_code in (429, 503):
        raise Failed(
            f"{kind.label}: the server limits requests ({answer.status_code}): start it with "
            "RATE_LIMITS=off, or compare on one that nobody else uses."
        )
    if answer.status_code != 200:
        raise Failed(f"{kind.label}: it answers {answer.status_code}: {answer.text[:200]}")
    if (found := answer.headers.get("X-Cache")) != kind.x_cache:
        raise Failed(
            f"{kind.label}: X-Cache is {found}, not {kind.x_cache}: {_HINTS[str(kind.x_cache)]}"
        )
    return answer.content


_HINTS = {
    "HIT": "this address is not cached, or its cache is down.",
    "BYPASS": "start the server with CACHE_BYPASS=true.",
}


def _seconds_of(client: httpx.Client) -> float:
    began = perf_counter()
    client.get("/healthz")
    return perf_counter() - began
