"""The implementations of the storage ports, each behind the same few words."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from secrets import token_hex
from typing import Protocol
from uuid import UUID

from application.positions import NOWHERE
from application.unit_of_work import ReadUnitOfWork, WriteUnitOfWork
from core.dependencies.container import Container
from core.dependencies.scope import Scope
from domain.post import AddressKind, Post
from domain.tenant import Tenant
from domain.token_family import TokenFamily
from domain.user import Caller, User
from infra.cache.positions import PositionsInRedis
from tests.support.fakes import FakeDatabase, FakeReadUnitOfWork, FakeWriteUnitOfWork
from tests.support.samples import a_user

Stored = Tenant | User | TokenFamily | Post


def new_tenant() -> UUID:
    """A tenant whose bytes are all printable: MySQL's errors then quote more of the values."""
    return UUID(bytes=token_hex(8).encode())


class Store(Protocol):
    """What one tenant has stored, somewhere."""

    def writing(self, caller: Caller | None = None) -> WriteUnitOfWork:
        """A write unit of work that was not used before."""

    def reading(self, caller: Caller | None = None) -> ReadUnitOfWork:
        """A read unit of work that shows all that was committed here."""

    def of_another_tenant(self) -> "Store": ...

    async def has_kept_position_of(self, user_id: UUID) -> bool | None:
        """Whether the user's reads wait for a commit; None where they never have to."""


class FakeStore:
    """In memory."""

    def __init__(self, database: FakeDatabase | None = None) -> None:
        self.database = database or FakeDatabase()
        self.tenant = new_tenant()

    def writing(self, caller: Caller | None = None) -> FakeWriteUnitOfWork:
        return FakeWriteUnitOfWork(self.database, self.tenant, caller)

    def reading(self, caller: Caller | None = None) -> FakeReadUnitOfWork:
        return FakeReadUnitOfWork(self.database, self.tenant)

    def of_another_tenant(self) -> "FakeStore":
        return FakeStore(self.database)

    async def has_kept_position_of(self, user_id: UUID) -> bool | None:
        return user_id in self.database.kept_positions


class SqlStore:
    """On a database, through the units of work that the container wires."""

    def __init__(self, container: Container) -> None:
        self.container = container
        self.tenant = new_tenant()
        self._scopes: list[Scope] = []

    def writing(self, caller: Caller | None = None) -> WriteUnitOfWork:
        return self._scope(caller).write_uow

    def reading(self, caller: Caller | None = None) -> ReadUnitOfWork:
        return self._scope(caller)._read_uow

    def of_another_tenant(self) -> "SqlStore":
        return SqlStore(self.container)

    async def has_kept_position_of(self, user_id: UUID) -> bool | None:
        primary = self.container._resources.primary
        if not isinstance(primary.kept, PositionsInRedis):
            return None
        redis, key = primary.kept._redis, await primary.kept._key(user_id)
        return await redis.get((key,)) != [None]

    def _scope(self, caller: Caller | None) -> Scope:
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
            assert await uow.posts.claim(stored.slug, stored.id, AddressKind.SLUG)
            await uow.posts.add(stored)
        case User():
            await uow.users.add(stored)
        case TokenFamily():
            await uow.families.add(stored)
        case Tenant():
            await uow.tenants.add(stored)
