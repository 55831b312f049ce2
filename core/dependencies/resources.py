"""Resources: made once in a process, shared by all scopes."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import uuid4

from sqlalchemy.ext.asyncio import AsyncEngine

from application.files import FileStore
from application.limits import Limit
from application.mail.ports import Mailer
from application.positions import UserPositions
from core.config import MEDIA_FOLDER, Settings
from core.dependencies.registry import Registry
from core.file_store import file_store
from core.mail_server import mail_sender, mail_server
from core.secret import signing_secrets
from core.tracing import tracer_of
from infra.cache.backlog import Backlog
from infra.cache.floors import FloorCache
from infra.cache.memory import MemoryStore
from infra.cache.redis import RedisLink
from infra.cache.redis_store import RedisStore
from infra.cache.user_positions import RedisUserPositions
from infra.database.engines import read_engine, write_engine
from infra.database.handover import Handover
from infra.database.positions import NoUserPositions, UnknownUserPositions
from infra.database.primary import Primary
from infra.database.replicas import Reads, Replica
from infra.database.shielded import Shielded
from infra.database.tallies import TallyCounts
from infra.jobs.broker import BrokerProbe
from infra.jobs.counts import JobCounts
from infra.limits.counters import Counters
from infra.limits.memory import MemoryCounters
from infra.limits.redis import RedisCounters
from infra.mail.logged import LoggedMailer
from infra.mail.smtp import SmtpMailer
from infra.security.consistency_tokens import ConsistencyTokens
from infra.security.cursors import Cursors
from infra.security.ended_logins import EndedLogins
from infra.security.export_tokens import ExportTokens
from infra.security.lasting_logins import LastingLogins
from infra.security.link_tokens import CONFIRM, UNSUBSCRIBE, LinkTokens
from infra.security.passwords import ArgonPasswordHasher
from infra.security.personal_tokens import PersonalTokens
from infra.security.preview_tokens import PreviewTokens
from infra.security.signing import Secrets
from infra.security.tenant_tokens import SignedTenantTokens
from infra.security.token_uses import TokenUses
from infra.security.tokens import ACCESS_SECONDS, AccessTokens
from infra.tracing.process import ProcessTracer

_NEARBY = "http://localhost:{}"


@dataclass(frozen=True, slots=True)
class Resources:
    """Pools, keys and counters. Making them opens no connection."""

    secrets: Secrets = field(repr=False)
    primary: Primary
    reads: Reads
    redis: RedisLink | None
    broker: BrokerProbe | None
    cache: FloorCache | None
    backlog: Backlog
    limits: Mapping[str, Limit]
    counters: Counters
    passwords: ArgonPasswordHasher
    takes_common_passwords: bool  # for lasting logins
    access_tokens: AccessTokens
    ended_logins: EndedLogins
    lasting_logins: LastingLogins | None
    personal_tokens: PersonalTokens | None
    tenant_tokens: SignedTenantTokens
    consistency_tokens: ConsistencyTokens
    cursors: Cursors
    mailer: Mailer
    files: FileStore
    unsubscribe_tokens: LinkTokens
    confirm_tokens: LinkTokens
    export_tokens: ExportTokens
    preview_tokens: PreviewTokens
    public_url: str  # for links outside of requests
    has_site: bool  # whether there are pages for people, to which links lead
    verified_only: bool  # whether only those write whose email is verified
    registry: Registry
    instance: str  # which process this is, to a collector
    tracer: ProcessTracer | None = None  # None where traces are off
    job_counts: JobCounts = field(default_factory=JobCounts)
    tally_counts: TallyCounts = field(default_factory=TallyCounts)

    def engines_with_roles(self) -> list[tuple[AsyncEngine, str]]:
        """Return all engines, each with what it is for, as metrics and traces name it."""
        replicas = [(replica.engine, "replica") for replica in self.reads.replicas]
        return [(self.primary.engine, "write"), (self.reads.primary, "primary"), *replicas]

    async def close(self) -> None:
        """Wait for commits under way, then close all connections."""
        await self.primary.shielded.wait()
        self.passwords.close()
        await self.primary.user_positions.close()
        await self.counters.close()
        if self.redis:
            await self.redis.close()
        for engine, _ in self.engines_with_roles():
            await engine.dispose()


def make_resources(settings: Settings, registry: Registry) -> Resources:
    """Make the resources by the settings."""
    secrets, ended_logins = signing_secrets(settings), EndedLogins(ACCESS_SECONDS)
    replicas = tuple(Replica(url, read_engine(url)) for url in settings.replicas)
    redis = RedisLink(settings.redis) if settings.redis else None
    # where a replica, or a cache that other processes fill, may lag behind the primary
    tracks_positions = bool(replicas) or (redis is not None and not settings.on_sqlite)
    reads = Reads(read_engine(settings.primary), replicas, tracks_positions)
    # changes that others could not send to Redis are unknown until the first sweep
    backlog = Backlog(is_shared=redis is not None and tracks_positions)
    cache = _cache(settings, reads, redis, backlog)
    writing = write_engine(settings.primary, track_positions=tracks_positions)
    instance = str(uuid4())
    return Resources(
        secrets=secrets,
        primary=Primary(
            engine=writing,
            tracks_positions=tracks_positions,
            user_positions=_user_positions(reads, redis, backlog),
            shielded=Shielded(),
            invalidations=cache,
            handover=Handover(writing, reads.primary) if redis and tracks_positions else None,
        ),
        reads=reads,
        redis=redis,
        broker=BrokerProbe(settings.broker) if settings.broker else None,
        cache=cache,
        backlog=backlog,
        limits=settings.limits,
        counters=_counters(settings),
        passwords=ArgonPasswordHasher(),
        takes_common_passwords=settings.common_passwords,
        access_tokens=AccessTokens(secrets, ended_logins),
        ended_logins=ended_logins,
        personal_tokens=_personal_tokens(reads, writing, registry),
        lasting_logins=LastingLogins(reads.primary, registry.logins) if registry.logins else None,
        tenant_tokens=SignedTenantTokens(secrets),
        consistency_tokens=ConsistencyTokens(secrets),
        cursors=Cursors(secrets),
        mailer=_mailer(settings),
        files=file_store("MEDIA_URL", settings.media_url, MEDIA_FOLDER),
        unsubscribe_tokens=LinkTokens(secrets, UNSUBSCRIBE),
        confirm_tokens=LinkTokens(secrets, CONFIRM),
        export_tokens=ExportTokens(secrets),
        preview_tokens=PreviewTokens(secrets),
        public_url=settings.public_url or _NEARBY.format(settings.port),
        has_site=settings.site,
        verified_only=settings.require_verified_email,
        registry=registry,
        instance=instance,
        tracer=tracer_of(os.environ, instance),
    )


def _personal_tokens(
    reads: Reads, writing: AsyncEngine, registry: Registry
) -> PersonalTokens | None:
    logins = registry.logins
    if logins is None:
        return None
    return PersonalTokens(reads.primary, logins, TokenUses(writing, logins.note_use))


def _mailer(settings: Settings) -> Mailer:
    if not settings.smtp_url:
        return LoggedMailer()
    server = mail_server("SMTP_URL", settings.smtp_url)
    return SmtpMailer(server, mail_sender("MAIL_FROM", settings.mail_from))


def _cache(
    settings: Settings, reads: Reads, redis: RedisLink | None, backlog: Backlog
) -> FloorCache | None:
    if redis is None and not settings.on_sqlite:
        return None
    store = RedisStore(redis) if redis else MemoryStore()
    return FloorCache(store, reads.position_of_newest, settings.cache_load_limit, backlog)


def _counters(settings: Settings) -> Counters:
    own = MemoryCounters()
    is_shared = settings.redis and settings.limits
    return RedisCounters(settings.redis, own) if is_shared else own


def _user_positions(reads: Reads, redis: RedisLink | None, backlog: Backlog) -> UserPositions:
    if not reads.tracks_positions:
        return NoUserPositions()
    # without a shared store, the writes of other processes are unknown
    if redis is None:
        return UnknownUserPositions()
    return RedisUserPositions(redis, reads.position_of_primary, backlog)
