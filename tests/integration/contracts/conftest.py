"""One suite for every implementation of a port: fake, SQLite and MySQL."""

import pytest

from tests.integration.contracts.stores import FakeStore, SqlStore, Store


@pytest.fixture(params=["fake", "sqlite", "mysql"])
def store(request: pytest.FixtureRequest) -> Store:
    """What a tenant that no other test knows has stored: nothing yet."""
    if request.param == "fake":
        return FakeStore()
    return SqlStore(request.getfixturevalue(f"{request.param}_container"))
