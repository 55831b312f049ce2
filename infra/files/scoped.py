"""The files of one tenant."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import BinaryIO
from uuid import UUID

from application.files import FileStore


@dataclass(frozen=True, slots=True)
class TenantFiles:
    """A store of files in which each name is below the tenant's folder."""

    store: FileStore
    tenant: UUID

    async def put(self, name: str, content: BinaryIO) -> None:
        await self.store.put(self._placed(name), content)

    def pieces(self, name: str, start: int, length: int) -> AsyncIterator[bytes]:
        return self.store.pieces(self._placed(name), start, length)

    async def delete(self, folder: str) -> None:
        await self.store.delete(self._placed(folder))

    def _placed(self, name: str) -> str:
        return f"{self.tenant.hex}/{name}"
