"""Tenants: each name is given once, to all tenants' knowledge."""

import pytest

from application.tenant.ports import TenantRepository
from domain.errors import Taken
from domain.ids import new_id
from domain.tenant import Tenant
from tests.support.stores import Store, given


@pytest.fixture
def name() -> str:
    """A name that no other test gives: tenants are shared by all of them."""
    return f"it's {new_id()} \N{ROCKET}"


async def called(store: Store, name: str) -> Tenant | None:
    async with store.writing() as uow:
        return await uow[TenantRepository].called(name)


async def test_a_tenant_is_found_by_its_name(store: Store, name: str) -> None:
    tenant = Tenant.named(name)
    await given(store, tenant)
    assert await called(store, name) == tenant
    assert await called(store.of_another_tenant(), name) == tenant
    assert await called(store, f"{name}2") is None


async def test_a_name_is_given_once(store: Store, name: str) -> None:
    await given(store, Tenant.named(name))
    with pytest.raises(Taken) as refused:
        await given(store.of_another_tenant(), Tenant.named(name))
    assert refused.value.field == "name"


@pytest.mark.parametrize("other", ["{} ", "{}!"])
async def test_names_are_compared_exactly(store: Store, name: str, other: str) -> None:
    await given(store, Tenant.named(name))
    await given(store, Tenant.named(other.format(name)))
    await given(store, Tenant.named(name.upper()))
