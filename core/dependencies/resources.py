"""Resources: what a process makes once and all scopes share."""

import multiprocessing
from dataclasses import dataclass, field

from application.positions import KeptPositions
from core.config import Settings
from core.secret import signing_secret
from infra.database.engines import read_engine, write_engine
from infra.database.positions import PositionsInProcess, PositionsUnknown
from infra.database.replicas import Reads, Replica
from infra.database.shielded import Shielded
from infra.database.units_of_work import Primary
from infra.security.consistency_tokens import ConsistencyTokens
from infra.security.cursors import Cursors
from infra.security.passwords import ArgonPasswordHasher
from infra.security.tokens import SignedTenantTokens


@dataclass(frozen=True, slots=True)
class Resources:
    """Pools, keys and counters. Making them opens no connection."""

    secret: str = field(repr=False)
    primary: Primary
    reads: Reads
    passwords: ArgonPasswordHasher
    tenant_tokens: SignedTenantTokens
    consistency_tokens: ConsistencyTokens
    cursors: Cursors

    async def close(self) -> None:
        """Let commits under way come to their end, then close all connections."""
        await self.primary.shielded.wait()
        self.passwords.close()
        replicas = (replica.engine for replica in self.reads.replicas)
        for engine in (self.primary.engine, self.reads.primary, *replicas):
            await engine.dispose()


def make_resources(settings: Settings) -> Resources:
    """Make what the settings say."""
    secret = signing_secret(settings)
    replicas = tuple(Replica(url, read_engine(url)) for url in settings.replicas)
    return Resources(
        secret=secret,
        primary=Primary(
            engine=write_engine(settings.primary, track_positions=bool(replicas)),
            tracks_positions=bool(replicas),
            kept=_kept_positions(),
            shielded=Shielded(),
        ),
        reads=Reads(read_engine(settings.primary), replicas),
        passwords=ArgonPasswordHasher(),
        tenant_tokens=SignedTenantTokens(secret),
        consistency_tokens=ConsistencyTokens(secret),
        cursors=Cursors(secret),
    )


def _kept_positions() -> KeptPositions:
    # a child of uvicorn's supervisor has siblings, whose writes it does not see
    is_child = multiprocessing.parent_process() is not None
    return PositionsUnknown() if is_child else PositionsInProcess()
