"""What a tenant of a test has stored, and how to store something."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from secrets import token_hex
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Table, select, text

from application.positions import NOWHERE
from application.post.ports import PostRepository
from application.tenant.ports import TenantRepository
from application.unit_of_work import ReadUnitOfWork, WriteUnitOfWork
from application.user.ports import FamilyRepository, UserRepository
from core.dependencies.container import Container
from core.dependencies.scope import ServiceScope
from domain.caller import Caller
from domain.post import AddressKind, Post
from domain.tenant import Tenant
from domain.token_family import TokenFamily
from domain.user import User
from infra.cache.user_positions import RedisUserPositions
from infra.database.tables import METADATA
from tests.support.samples import a_user
from tests.support.tenant_check import of_tenants

Stored = Tenant | User | TokenFamily | Post


def new_tenant() -> UUID:
    """A tenant whose bytes are all printable: MySQL's errors then quote more of the values."""
    return UUID(bytes=token_hex(8).encode())


class Store:
    """What one tenant has stored, through the units of work that a container wires."""

    def __init__(self, container: Container) -> None:
        self.container = container
        self.tenant = new_tenant()
        self._scopes: list[ServiceScope] = []

    def writing(self, caller: Caller | None = None) -> WriteUnitOfWork:
        """Return a write unit of work that was not used before."""
        return self._scope(caller).write_uow

    def reading(self, caller: Caller | None = None) -> ReadUnitOfWork:
        """Return a read unit of work that shows all that was committed here."""
        return self._scope(caller).read_uow

    def of_another_tenant(self) -> "Store":
        return Store(self.container)

    async def rows(self, table: Table) -> Sequence[Row[Any]]:
        """Return the rows of a table on SQLite, in the order in which they came."""
        own = select(table).where(table.c.tenant == self.tenant)
        async with self.container._resources.reads.primary.connect() as connection:
            rows = (await connection.execute(own.order_by(text("rowid")))).all()
            await connection.rollback()
        return rows

    async def dump(self) -> dict[str, Sequence[Row[Any]]]:
        """Return all rows of the tables that have any."""
        tables = [table for table in METADATA.sorted_tables if table.name in of_tenants()]
        return {table.name: rows for table in tables if (rows := await self.rows(table))}

    async def has_kept_position_of(self, user_id: UUID) -> bool | None:
        """Return whether the user's reads wait for a commit; None where they never have to."""
        primary = self.container._resources.primary
        if not isinstance(primary.user_positions, RedisUserPositions):
            return None
        redis, key = primary.user_positions._redis, await primary.user_positions._key(user_id)
        return await redis.get((key,)) != [None]

    def _scope(self, caller: Caller | None) -> ServiceScope:
        position = NOWHERE
        for scope in self._scopes:
            position = position.joined(scope.position.value)
        self._scopes.append(self.container.scope(self.tenant, caller, position))
        return self._scopes[-1]


@asynccontextmanager
async def committed(store: Store, caller: Caller | None = None) -> AsyncIterator[WriteUnitOfWork]:
    """A transaction that is committed at its end."""
    async with store.writing(caller) as uow:
        yield uow
        await uow.commit()


async def given(store: Store, *all_stored: Stored) -> None:
    """Store these, each post with its slug as its address."""
    async with committed(store) as uow:
        for stored in all_stored:
            await _add(uow, stored)


async def given_user(store: Store, username: str = "ann") -> User:
    user = a_user(username)
    await given(store, user)
    return user


async def _add(uow: WriteUnitOfWork, stored: Stored) -> None:
    match stored:
        case Post():
            assert await uow[PostRepository].claim(stored.slug, stored.id, AddressKind.SLUG)
            await uow[PostRepository].add(stored)
        case User():
            await uow[UserRepository].add(stored)
        case TokenFamily():
            await uow[FamilyRepository].add(stored)
        case Tenant():
            await uow[TenantRepository].add(stored)
