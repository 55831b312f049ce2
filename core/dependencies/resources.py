"""Resources: what a process makes once and all scopes share."""

from dataclasses import dataclass, field
from math import inf

from application.mail.ports import Mailer
from application.positions import KeptPositions
from core.config import Settings
from core.mail_server import mail_sender, mail_server
from core.secret import signing_secret
from infra.cache.backlog import Backlog
from infra.cache.floors import FloorCache
from infra.cache.memory import MemoryStore
from infra.cache.positions import PositionsInRedis
from infra.cache.redis import RedisLink
from infra.cache.redis_store import RedisStore
from infra.database.engines import read_engine, write_engine
from infra.database.handover import Handover
from infra.database.positions import NoPositions, PositionsUnknown
from infra.database.replicas import Reads, Replica
from infra.database.shielded import Shielded
from infra.database.units_of_work import Primary
from infra.jobs.broker import BrokerProbe
from infra.jobs.counts import JobCounts
from infra.mail.logged import LoggedMailer
from infra.mail.smtp import SmtpMailer
from infra.security.consistency_tokens import ConsistencyTokens
from infra.security.cursors import Cursors
from infra.security.passwords import ArgonPasswordHasher
from infra.security.tokens import AccessTokens, SignedTenantTokens
from infra.security.unsubscribe_tokens import UnsubscribeTokens

_NEARBY = "http://localhost:8000"


@dataclass(frozen=True, slots=True)
class Resources:
    """Pools, keys and counters. Making them opens no connection."""

    secret: str = field(repr=False)
    primary: Primary
    reads: Reads
    redis: RedisLink | None
    broker: BrokerProbe | None
    floors: FloorCache | None
    backlog: Backlog
    passwords: ArgonPasswordHasher
    access_tokens: AccessTokens
    tenant_tokens: SignedTenantTokens
    consistency_tokens: ConsistencyTokens
    cursors: Cursors
    mailer: Mailer
    unsubscribe_tokens: UnsubscribeTokens
    public_url: str  # for links that no request causes
    job_counts: JobCounts = field(default_factory=JobCounts)

    async def close(self) -> None:
        """Let commits under way come to their end, then close all connections."""
        await self.primary.shielded.wait()
        self.passwords.close()
        await self.primary.kept.close()
        if self.redis:
            await self.redis.close()
        replicas = (replica.engine for replica in self.reads.replicas)
        for engine in (self.primary.engine, self.reads.primary, *replicas):
            await engine.dispose()


def make_resources(settings: Settings) -> Resources:
    """Make what the settings say."""
    secret = signing_secret(settings)
    replicas = tuple(Replica(url, read_engine(url)) for url in settings.replicas)
    redis = RedisLink(settings.redis) if settings.redis else None
    # where a replica or a cache that others fill may show the past
    tracks_positions = bool(replicas) or (redis is not None and not settings.on_sqlite)
    reads = Reads(read_engine(settings.primary), replicas, tracks_positions)
    # until its sweep has looked, it knows nothing of what others could not tell Redis
    backlog = Backlog(looked_at=-inf) if redis and tracks_positions else Backlog()
    floors = _floors(settings, reads, redis, backlog)
    writing = write_engine(settings.primary, track_positions=tracks_positions)
    return Resources(
        secret=secret,
        primary=Primary(
            engine=writing,
            tracks_positions=tracks_positions,
            kept=_kept_positions(reads, redis, backlog),
            shielded=Shielded(),
            invalidations=floors,
            handover=Handover(writing, reads.primary) if redis and tracks_positions else None,
        ),
        reads=reads,
        redis=redis,
        broker=BrokerProbe(settings.broker) if settings.broker else None,
        floors=floors,
        backlog=backlog,
        passwords=ArgonPasswordHasher(),
        access_tokens=AccessTokens(secret),
        tenant_tokens=SignedTenantTokens(secret),
        consistency_tokens=ConsistencyTokens(secret),
        cursors=Cursors(secret),
        mailer=_mailer(settings),
        unsubscribe_tokens=UnsubscribeTokens(secret),
        public_url=settings.public_url or _NEARBY,
    )


def _mailer(settings: Settings) -> Mailer:
    if not settings.smtp_url:
        return LoggedMailer()
    server = mail_server("SMTP_URL", settings.smtp_url)
    return SmtpMailer(server, mail_sender("MAIL_FROM", settings.mail_from))


def _floors(
    settings: Settings, reads: Reads, redis: RedisLink | None, backlog: Backlog
) -> FloorCache | None:
    if redis is None and not settings.on_sqlite:
        return None
    store = RedisStore(redis) if redis else MemoryStore()
    return FloorCache(store, reads.position_of_newest, settings.cache_load_limit, backlog)


def _kept_positions(reads: Reads, redis: RedisLink | None, backlog: Backlog) -> KeptPositions:
    if not reads.tracks_positions:
        return NoPositions()
    # without a place that all processes share, nobody knows what was written through another
    if redis is None:
        return PositionsUnknown()
    return PositionsInRedis(redis, reads.position_of_primary, backlog)
