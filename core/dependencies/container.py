"""The container: starts and stops the parts of a process, and opens scopes."""

import asyncio
import fcntl
import logging
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from ipaddress import IPv4Network, IPv6Network
from typing import Any, Self, TextIO, TypeVar
from uuid import UUID

from sqlalchemy import URL
from sqlalchemy.exc import SQLAlchemyError

from application.caching import Required, SharedEntries
from application.positions import NOWHERE, CallerPosition, Position
from application.readiness import Readiness
from application.status import MachineStatus
from application.tracing import Tracer
from core.config import Settings
from core.dependencies.background import (
    background,
    in_process_workers,
    job_runner,
    noting_tokens,
    sweep_of,
    sweeping,
    watching_ends,
)
from core.dependencies.database_faults import database_faults
from core.dependencies.exporting import API, WORKER, Exporting
from core.dependencies.registry import Registry
from core.dependencies.resources import Resources, make_resources
from core.dependencies.scope import ServiceScope
from core.dependencies.telemetry import Telemetry
from core.dependencies.tracing import trace_databases
from core.errors import StartRefused, WrongSetting
from core.secret import beside_database, database_file
from domain.caller import Caller, Role
from domain.personal_token import PREFIX
from domain.tenant import DEFAULT_TENANT
from infra.database.arrivals import ArrivalWatch
from infra.database.replica_watch import ReplicaWatch
from infra.database.request_context import RequestContext, RequiredPosition
from infra.database.schema import (
    FORMER,
    FormerSchema,
    MigrationRunning,
    SchemaState,
    migrate,
    schema_state,
    steps_to_migrate,
)
from infra.jobs.celery_app import celery_app
from infra.jobs.publisher import Publisher
from infra.jobs.relay import Sender
from infra.jobs.runner import Runner
from infra.readiness import readiness

T = TypeVar("T")
_ANSWER_SECONDS = 10
_log = logging.getLogger("broadsheet")


class Container:
    """One for a process; making it opens no connection, starting it does."""

    def __init__(self, settings: Settings, registry: Registry) -> None:
        self._settings = settings
        self._resources: Resources = make_resources(settings, registry)
        self.telemetry = Telemetry(self._resources)
        trace_databases(self._resources)
        self._exporting = Exporting(self._resources, self.telemetry)
        self._ends = AsyncExitStack()

    @property
    def cors_origins(self) -> tuple[str, ...]:
        if self._settings.cors_origins is not None:
            return self._settings.cors_origins
        return ("*",) if self._settings.embedded else ()

    @property
    def public_url(self) -> str:
        return self._settings.public_url

    @property
    def port(self) -> int:
        """The port to serve on, unless the command line names another."""
        return self._settings.port

    @property
    def has_site(self) -> bool:
        """Whether it shows pages to people, besides the API."""
        return self._resources.has_site

    @property
    def is_behind_tls(self) -> bool:
        """Whether callers reach this server over TLS."""
        return self._settings.public_url.lower().startswith("https:")

    @property
    def security_contact(self) -> str:
        """Whom to tell about a vulnerability, as a URL; empty where nobody is named."""
        return self._settings.security_contact

    @property
    def allowed_hosts(self) -> tuple[str, ...]:
        """The hosts that requests may name; empty for any."""
        return self._settings.served_hosts

    @property
    def metrics_are_public(self) -> bool:
        return self._settings.metrics_public

    @property
    def tracer(self) -> Tracer | None:
        """What begins the traces of requests; None where traces are off."""
        return self._resources.tracer

    @property
    def trace_clients(self) -> tuple[IPv4Network | IPv6Network, ...]:
        """The networks whose clients name the trace that a request belongs to."""
        return self._settings.trace_clients

    @property
    def is_one_process(self) -> bool:
        return self._settings.on_sqlite

    async def start(self) -> None:
        """Check the schema and start background work; raises StartRefused."""
        if self._settings.has_short_secret:
            _log.warning("JWT_SECRET is short enough to guess: give each 32 random bytes")
        if not self._settings.smtp_url:
            _log.warning("mails are written to the log, links included: set SMTP_URL to send them")
        if self._settings.on_sqlite:
            self._ends.enter_context(self._sole_server())
        self._exporting.start(API)
        await self._open()
        await self._sweep()
        await self._watch_ends()
        if noting := noting_tokens(self._resources):
            self._run(noting.run())
        self._work()
        await self._resources.counters.prepare()
        self._run(self.telemetry.sampler.run())
        self._run(self.telemetry.history.run())

    async def start_worker(self) -> Runner:
        """Start the parts of a process that runs jobs; raises StartRefused."""
        self._exporting.start(WORKER)
        await self._open()
        await self._sweep()
        self._run(self.telemetry.sampler.run())
        return job_runner(self._resources)

    async def start_relay(self) -> None:
        """Start to send jobs to workers; raises StartRefused."""
        self._exporting.start(WORKER)
        await self._check_schema()
        await self._sweep()
        # jobs that other processes of this worker return to the queue do not wake this one
        self._relay(period_seconds=0.25)
        self._run(self.telemetry.sampler.run())

    async def stop(self) -> None:
        """Stop what was started; commits under way are completed."""
        await self._ends.aclose()
        await self._resources.close()
        await self._exporting.stop()

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[Self]:
        """Open it for a command, beside a running server; raises StartRefused."""
        try:
            await self._check_schema()
            yield self
        finally:
            await self.stop()

    async def migrate(self) -> None:
        """Migrate the database to the code's schema; raises StartRefused."""
        await self._on_schema(migrate)

    async def steps_to_migrate(self) -> list[str]:
        """Return what a migration would do, a line for each step; raises StartRefused."""
        return await self._on_schema(steps_to_migrate)

    async def _on_schema(self, work: Callable[[URL], Awaitable[T]]) -> T:
        if self._settings.on_sqlite:
            database_file(self._settings)  # with the mode that its folder must have
        try:
            with database_faults(self._settings):
                return await work(self._settings.primary)
        except (MigrationRunning, FormerSchema) as error:
            raise StartRefused(str(error)) from error

    async def readiness(self) -> Readiness:
        resources = self._resources
        return await readiness(
            resources.reads,
            resources.primary.storage,
            resources.redis,
            resources.broker,
            publisher_is_down=resources.job_counts.publisher_is_down,
        )

    async def status(self) -> MachineStatus:
        """Return the state of this server and its last hour."""
        return await asyncio.to_thread(self.telemetry.status, await self.readiness())

    def scope(
        self,
        tenant: UUID = DEFAULT_TENANT,
        caller: Caller | None = None,
        position: Position = NOWHERE,
        *,
        past_cache: bool = False,
        address: str | None = None,
    ) -> ServiceScope:
        """Open a scope; `past_cache` bypasses the cache, where that is allowed."""
        context = RequestContext(tenant, caller, CallerPosition(position), address=address)
        past_cache = past_cache and self._settings.cache_bypass
        return ServiceScope(self._resources, context, past_cache=past_cache)

    @property
    def shared_entries(self) -> SharedEntries | None:
        """The cache's entries; None where there is no cache."""
        return self._resources.cache

    def tenant_of(self, token: str) -> UUID:
        """Read an `X-Tenant-Token`; raises Unauthenticated."""
        return self._resources.tenant_tokens.read_tenant(token)

    async def caller_of(self, token: str, tenant: UUID) -> Caller:
        """Read an access token or a personal token; raises Unauthenticated."""
        personal = self._resources.personal_tokens
        if personal and token.startswith(PREFIX):
            return await personal.caller_of(token, tenant)
        caller = self._resources.access_tokens.caller_of(token, tenant)
        logins = self._resources.lasting_logins
        if logins and caller.by_lasting_token:
            return await logins.present(caller, tenant)
        return caller

    def caller_of_link(self, token: str) -> tuple[UUID, Caller]:
        """Read an unsubscribe token: the tenant and the user; raises Invalid."""
        tenant, user_id = self._resources.unsubscribe_tokens.read(token)
        return tenant, Caller(user_id, Role.READER)

    def caller_of_export_link(self, token: str) -> tuple[UUID, Caller]:
        """Read the token of a link to an account's export: the tenant and the user; raises
        Invalid."""
        tenant, user_id = self._resources.export_tokens.read(token)
        return tenant, Caller(user_id, Role.READER)

    def read_preview_link(self, token: str) -> tuple[UUID, Caller, UUID]:
        """Read the token of a link to a preview: the tenant, whoever made it, and the post; raises
        Invalid."""
        tenant, post_id, user_id = self._resources.preview_tokens.read(token)
        return tenant, Caller(user_id, Role.READER), post_id

    def tenant_of_mail_link(self, token: str) -> UUID:
        """Read the token of a link in a mail; raises Invalid."""
        return self._resources.confirm_tokens.read(token)[0]

    def required_position(
        self, tenant: UUID, caller: Caller | None, seen: Position
    ) -> Required | None:
        """Return what gives the position that a read of a caller must have reached; None where
        there are no positions."""
        if not self._resources.reads.tracks_positions:
            return None
        context = RequestContext(tenant, caller, CallerPosition(seen))
        return RequiredPosition(context, self._resources.primary.user_positions).position

    def position_of(self, token: str) -> Position:
        """Read a `Consistency-Token`; raises ForgedPosition."""
        return self._resources.consistency_tokens.read(token)

    def consistency_token(self, position: Position) -> str:
        return self._resources.consistency_tokens.write(position)

    def _sole_server(self) -> TextIO:
        path = beside_database(self._settings, "lock")
        try:
            file = os.fdopen(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600), "w")
        except OSError as error:
            raise WrongSetting(f"DATABASE_URL: {path}: {error.strerror}") from error
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.close()
            raise StartRefused(
                "Another server has this SQLite database: stop it, or set DATABASE_URL to a"
                " MySQL server, which several servers can share."
            ) from error
        return file

    async def _check_schema(self) -> None:
        if self._settings.on_sqlite:
            database_file(self._settings)  # SQLite makes the file, but not its folder
        with database_faults(self._settings):
            # a database that does not exist fails here, and a setting is the cause
            async with asyncio.timeout(_ANSWER_SECONDS):
                async with self._resources.reads.primary.connect():
                    pass
                state = await schema_state(self._resources.reads.primary)
        if state is SchemaState.FORMER:
            raise StartRefused(FORMER)
        if state is SchemaState.MISSING and self._settings.embedded:
            await self.migrate()
        elif not state.serves:
            raise StartRefused(f"The schema is {state.value}: run `python main.py migrate`.")

    async def _open(self) -> None:
        await self._check_schema()
        if self._resources.reads.replicas:
            await self._watch_replicas()

    def _work(self) -> None:
        """Run the relay and, without a broker, the jobs."""
        if self._settings.broker:
            self._relay()
            return
        workers = in_process_workers(self._resources)
        self._run(workers.run())
        self._relay_to(workers)

    def _relay(self, period_seconds: float = 1.0) -> None:
        celery = celery_app(self._settings.broker, self._settings.result_backend)
        publisher = Publisher(celery, self._resources.job_counts)
        self._ends.callback(publisher.close)
        self._relay_to(publisher, period_seconds)

    def _relay_to(self, sender: Sender, period_seconds: float = 1.0) -> None:
        self._run(background(self._resources, sender, period_seconds).run())

    async def _sweep(self) -> None:
        """Run the sweep, once before the cache is used."""
        if sweep := sweep_of(self._resources):
            with suppress(SQLAlchemyError, OSError):
                await sweep.sweep()
            self._run(sweeping(sweep).run())

    async def _watch_ends(self) -> None:
        """Learn what has ended, once before the first request."""
        watching = watching_ends(self._resources)
        with suppress(SQLAlchemyError, OSError):
            for step in watching.steps:
                await step()
        self._run(watching.run())

    async def _watch_replicas(self) -> None:
        watch = ReplicaWatch(self._resources.reads, self._settings.replica_max_lag)
        arrivals = ArrivalWatch(self._resources.reads, self._resources.primary.arrivals)
        for each in (watch, arrivals):
            self._ends.push_async_callback(each.close)
        await watch.check()
        self.telemetry.show_replicas()
        self._run(watch.run())
        self._run(arrivals.run())

    def _run(self, endless: Coroutine[Any, Any, None]) -> None:
        self._ends.push_async_callback(_cancel, asyncio.create_task(endless))


async def _cancel(task: asyncio.Task[None]) -> None:
    # repeated, as `asyncio.wait_for` may swallow a cancellation until Python 3.12
    while not task.done():
        task.cancel()
        await asyncio.wait([task], timeout=0.1)
