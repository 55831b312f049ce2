"""Allowed hosts of requests: without PUBLIC_URL, the links of answers contain the request's
host."""

from dataclasses import dataclass

from fastapi import Request, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from core.dependencies.container import Container
from interface.http.errors import problem

# load balancers and Prometheus use IP addresses
_PROBES = frozenset({"/healthz", "/readyz", "/metrics"})


@dataclass(frozen=True, slots=True)
class AllowedHosts:
    """Names, or `*.example.org` for all subdomains; empty for any host."""

    patterns: tuple[str, ...]

    def allow(self, host: bytes) -> bool:
        """Return whether a `Host` header names an allowed host, on any port."""
        if not self.patterns:
            return True
        name = _without_port(host.decode("latin-1")).lower()
        return any(_matches(name, pattern) for pattern in self.patterns)


class HostLayer:
    """Answers 400 to a request with no host, with several, or with one that is not allowed."""

    def __init__(self, app: ASGIApp, container: Container) -> None:
        self.app = app
        self._allowed = AllowedHosts(container.allowed_hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and (refused := self._refused(scope)):
            await refused(scope, receive, send)
            return
        await self.app(scope, receive, send)

    def _refused(self, scope: Scope) -> Response | None:
        hosts = [value for name, value in scope["headers"] if name == b"host"]
        is_probe = scope["path"] in _PROBES
        if len(hosts) > 1 or not (hosts or is_probe):
            return problem(Request(scope), 400, "Send one Host header.")
        if is_probe or self._allowed.allow(hosts[0]):
            return None
        return problem(Request(scope), 400, "This host is not served here: see ALLOWED_HOSTS.")


def _without_port(host: str) -> str:
    if host.startswith("["):
        return host.partition("]")[0] + "]"
    return host.partition(":")[0]


def _matches(name: str, pattern: str) -> bool:
    return name.endswith(pattern[1:]) if pattern.startswith("*.") else name == pattern
