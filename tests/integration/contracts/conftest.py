"""One suite for both databases."""

import pytest

from core.dependencies.container import Container
from tests.support.stores import Store


@pytest.fixture
def store(container: Container) -> Store:
    """What a tenant that no other test knows has stored: nothing yet."""
    return Store(container)
