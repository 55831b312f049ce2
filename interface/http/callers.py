"""The address of a client, as uvicorn gives it: behind a trusted proxy, by the proxy's header."""

from ipaddress import IPv6Address, ip_address

from starlette.types import Scope


def client_address(scope: Scope) -> str | None:
    client = scope.get("client")
    return client[0] if client else None


def is_on_loopback(scope: Scope) -> bool:
    """Return whether the client is on this machine; False where it has no IP address."""
    try:
        address = ip_address(client_address(scope) or "")
    except ValueError:
        return False
    # a socket for both kinds gives IPv4 clients mapped addresses
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return (mapped or address).is_loopback
