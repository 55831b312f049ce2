"""Notes when personal tokens were used: outside of requests, each token at most once a minute."""

from dataclasses import dataclass, field
from uuid import UUID

from cachetools import TTLCache
from sqlalchemy import Executable
from sqlalchemy.ext.asyncio import AsyncEngine

_SECONDS = 60
_KNOWN = 5_000  # tokens
_BATCH = 100

_Token = tuple[UUID, UUID]  # its tenant and its id


@dataclass(slots=True)
class TokenUses:
    """The uses that a process has seen, until they are stored; those of its last second are lost
    when it ends."""

    writing: AsyncEngine
    note_use: Executable
    _seen: TTLCache[_Token, None] = field(
        default_factory=lambda: TTLCache(_KNOWN, _SECONDS), init=False
    )
    _unstored: set[_Token] = field(default_factory=set, init=False)

    def note(self, tenant: UUID, token_id: UUID) -> None:
        """Note that a token is used now."""
        token = tenant, token_id
        if token not in self._seen:
            self._seen[token] = None
            self._unstored.add(token)

    async def store(self) -> None:
        """Store the uses that are not stored; sends nothing where there are none."""
        # in one order, so that no two processes wait for each other
        while batch := sorted(self._unstored)[:_BATCH]:
            rows = [{"tenant_id": tenant, "token_id": token_id} for tenant, token_id in batch]
            async with self.writing.begin() as connection:
                await connection.execute(self.note_use, rows)
            self._unstored.difference_update(batch)
