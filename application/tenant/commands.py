"""Commands on tenants."""

from application.finding import found
from application.handlers import command_handler
from application.tenant.ports import TenantRepository, TenantTokens
from application.unit_of_work import WriteUnitOfWork
from domain.tenant import Tenant


class TenantCommandService:
    """Creates tenants, and the tokens that select them."""

    def __init__(self, write_uow: WriteUnitOfWork, tokens: TenantTokens) -> None:
        self.write_uow = write_uow
        self.tokens = tokens

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
    async def give_token(self, name: str) -> str:
        """Return the value of `X-Tenant-Token` for a tenant; raises NotFound."""
        return self.tokens.tenant((await self.find_tenant(name)).id)
