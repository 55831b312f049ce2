"""Commands on tenants."""

from datetime import timedelta

from application.clock import Clock
from application.finding import found
from application.handlers import command_handler
from application.tenant.ports import TenantRepository, TenantTokens
from application.unit_of_work import WriteUnitOfWork
from domain.tenant import Tenant


class TenantCommandService:
    """Creates tenants, and the tokens that select them."""

    def __init__(self, write_uow: WriteUnitOfWork, tokens: TenantTokens, clock: Clock) -> None:
        self.write_uow = write_uow
        self.tokens = tokens
        self.clock = clock

    @command_handler
    async def create_tenant(self, name: str) -> Tenant:
        """Make a tenant; raises Taken."""
        tenant = Tenant.named(name)
        await self.write_uow[TenantRepository].add(tenant)
        return tenant

    @command_handler
    async def find_tenant(self, name: str) -> Tenant:
        """Find a tenant by its name; raises NotFound."""
        return found(await self.write_uow[TenantRepository].called(name), "tenant")

    @command_handler
    async def give_token(self, name: str, days: int) -> str:
        """Return a value of `X-Tenant-Token` for a tenant, good for so many days; raises
        NotFound."""
        tenant = await self.find_tenant(name)
        return self.tokens.tenant(tenant.id, self.clock() + timedelta(days=days))

    @command_handler
    async def revoke_token(self, token: str) -> None:
        """Revoke a value of `X-Tenant-Token`; raises Unauthenticated."""
        await self.write_uow[TenantRepository].revoke(self.tokens.verified(token), self.clock())
