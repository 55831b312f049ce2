"""Where a caller is, as the server resolved it: behind a trusted proxy, what that proxy says."""

from ipaddress import IPv6Address, ip_address

from starlette.types import Scope


def client_address(scope: Scope) -> str | None:
    client = scope.get("client")
    return client[0] if client else None


def is_on_loopback(scope: Scope) -> bool:
    """Tell whether the caller is on this machine; what is no IP address is not."""
    try:
        address = ip_address(client_address(scope) or "")
    except ValueError:
        return False
    # how a socket for both kinds shows an IPv4 caller
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return (mapped or address).is_loopback
