"""Callers from other network addresses."""

from httpx import ASGITransport, AsyncClient

from tests.support.api import Api, app_of


def from_address(api: Api, address: str) -> Api:
    """Return the same API for a caller with this address."""
    other = Api(api.container, api.tenant)
    transport = ASGITransport(app_of(api.container), client=(address, 1))
    other.client = AsyncClient(
        transport=transport, base_url=api.client.base_url, headers=api.client.headers
    )
    return other
