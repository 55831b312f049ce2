"""The container: starts and stops what a process needs, and opens scopes."""

import asyncio
import fcntl
import logging
import os
from collections.abc import AsyncIterator, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import Any, Self, TextIO
from uuid import UUID

from sqlalchemy.exc import SQLAlchemyError

from application.caching import KeptAnswers
from application.positions import NOWHERE, CallerPosition, Position
from application.readiness import Readiness
from core.config import Settings, load_settings
from core.dependencies.answering import answering
from core.dependencies.background import (
    background,
    in_process_workers,
    job_runner,
    sweep_of,
    sweeping,
)
from core.dependencies.resources import Resources, make_resources
from core.dependencies.scope import Scope
from core.dependencies.telemetry import Telemetry
from core.errors import StartRefused, WrongSetting
from core.logging import configure_logging
from core.secret import beside_database, database_file
from domain.tenant import DEFAULT_TENANT
from domain.user import Caller, Role
from infra.database.replica_watch import ReplicaWatch
from infra.database.schema import MigrationRunning, SchemaState, migrate, schema_state
from infra.database.standing import Standing
from infra.jobs.celery_app import celery_app
from infra.jobs.publisher import Publisher
from infra.jobs.relay import Sender
from infra.jobs.runner import Runner
from infra.readiness import readiness

_ANSWER_SECONDS = 10
_log = logging.getLogger("broadsheet")


class Container:
    """One for a process; made without a connection, started with the server."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        # without a broker a server does jobs as well
        self._resources: Resources = make_resources(settings)
        self.telemetry = Telemetry(self._resources)
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
    def metrics_are_public(self) -> bool:
        return self._settings.metrics_public

    @property
    def is_one_process(self) -> bool:
        return self._settings.on_sqlite

    async def start(self) -> None:
        """Check the schema and begin to watch the replicas; raises StartRefused."""
        if self._settings.has_short_secret:
            _log.warning("JWT_SECRET is short enough to guess: give it 32 random bytes")
        if self._settings.on_sqlite:
            self._ends.enter_context(self._sole_server())
        await self._open()
        await self._sweep()
        self._work()
        self._run(self.telemetry.sampler.run())

    async def start_worker(self) -> Runner:
        """Begin what a process needs that does jobs; raises StartRefused."""
        await self._open()
        await self._sweep()
        return job_runner(self._resources)

    async def start_relay(self) -> None:
        """Begin to tell workers of jobs; raises StartRefused."""
        await self._check_schema()
        await self._sweep()
        self._relay()

    async def stop(self) -> None:
        """End what start began; commits under way come to their end."""
        await self._ends.aclose()
        await self._resources.close()

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[Self]:
        """Open it for a command, beside a server that runs; raises StartRefused."""
        try:
            await self._check_schema()
            yield self
        finally:
            await self.stop()

    async def migrate(self) -> None:
        """Bring the database to the code's schema; raises StartRefused."""
        try:
            with answering(self._settings):
                await migrate(self._settings.primary)
        except MigrationRunning as error:
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

    def scope(
        self,
        tenant: UUID = DEFAULT_TENANT,
        caller: Caller | None = None,
        position: Position = NOWHERE,
        *,
        past_cache: bool = False,
    ) -> Scope:
        """Open a scope; `past_cache` reads what the database has, where that is allowed."""
        standing = Standing(tenant, caller, CallerPosition(position))
        past_cache = past_cache and self._settings.cache_bypass
        return Scope(self._resources, standing, past_cache=past_cache)

    @property
    def kept_answers(self) -> KeptAnswers | None:
        """What the cache has for those who wrote nothing; None where there is no cache."""
        return self._resources.floors

    def tenant_of(self, token: str) -> UUID:
        """Read an `X-Tenant-Token`; raises Unauthenticated."""
        return self._resources.tenant_tokens.read_tenant(token)

    def caller_of(self, token: str, tenant: UUID) -> Caller:
        """Read an access token; raises Unauthenticated."""
        return self._resources.access_tokens.caller_of(token, tenant)

    def caller_of_link(self, token: str) -> tuple[UUID, Caller]:
        """Read who unsubscribes, and in which tenant; raises Invalid."""
        tenant, user_id = self._resources.unsubscribe_tokens.read(token)
        return tenant, Caller(user_id, Role.READER, family_id=user_id)

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
                " MySQL server, which takes many."
            ) from error
        return file

    async def _check_schema(self) -> None:
        if self._settings.on_sqlite:
            database_file(self._settings)  # SQLite makes the file, but not its folder
        with answering(self._settings):
            # a database that does not exist fails here: a variable is to blame for it
            async with asyncio.timeout(_ANSWER_SECONDS):
                async with self._resources.reads.primary.connect():
                    pass
                state = await schema_state(self._resources.reads.primary)
        if state is SchemaState.MISSING and self._settings.embedded:
            await self.migrate()
        elif not state.serves:
            raise StartRefused(f"The schema is {state.value}: run `python main.py migrate`.")

    async def _open(self) -> None:
        await self._check_schema()
        if self._resources.reads.replicas:
            await self._watch_replicas()

    def _work(self) -> None:
        """Relay jobs, and sweep for the cache; without a broker, do the jobs too."""
        if self._settings.broker:
            self._relay()
            return
        workers = in_process_workers(self._resources)
        self._run(workers.run())
        self._relay_to(workers)

    def _relay(self) -> None:
        celery = celery_app(self._settings.broker, self._settings.result_backend)
        publisher = Publisher(celery, self._resources.job_counts)
        self._ends.callback(publisher.close)
        self._relay_to(publisher)

    def _relay_to(self, sender: Sender) -> None:
        self._run(background(self._resources, sender).run())

    async def _sweep(self) -> None:
        """Sweep for the cache, once before anything is answered from it."""
        if sweep := sweep_of(self._resources):
            with suppress(SQLAlchemyError, OSError):
                await sweep.sweep()
            self._run(sweeping(sweep).run())

    async def _watch_replicas(self) -> None:
        watch = ReplicaWatch(self._resources.reads, self._settings.replica_max_lag)
        self._ends.push_async_callback(watch.close)
        await watch.look()
        self._run(watch.run())

    def _run(self, endless: Coroutine[Any, Any, None]) -> None:
        self._ends.push_async_callback(_cancel, asyncio.create_task(endless))


async def _cancel(task: asyncio.Task[None]) -> None:
    # once is not always enough: until Python 3.12, `asyncio.wait_for` can swallow it
    while not task.done():
        task.cancel()
        await asyncio.wait([task], timeout=0.1)


def build_container() -> Container:
    """Make the container that the environment asks for; raises WrongSetting."""
    settings = load_settings()
    configure_logging(as_json=settings.environment == "production")
    return Container(settings)
