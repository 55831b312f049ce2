"""Checks the databases for `/readyz`."""

import asyncio
from dataclasses import asdict
from typing import Literal

from sqlalchemy.exc import SQLAlchemyError

from application.readiness import Readiness, ReadRouting, ReplicaReadiness
from infra.cache.redis import RedisLink
from infra.database.counts import Storage
from infra.database.engines import probe_engine
from infra.database.replicas import Reads, Replica
from infra.database.schema import SchemaState, schema_state
from infra.jobs.broker import BrokerProbe

_ANSWER_SECONDS = 2.0
_NOTES_ON_BROKER = {
    "down": ("The broker is down here: jobs wait in the database for one who reaches it.",),
    "not configured": ("No broker is configured: servers do the jobs themselves.",),
}
_State = Literal["up", "down", "not configured"]


async def readiness(
    reads: Reads,
    storage: Storage,
    redis: RedisLink | None,
    broker: BrokerProbe | None,
    *,
    publisher_is_down: bool,
) -> Readiness:
    """Ask the primary for its schema, and return the known state of everything else."""
    state = await _state_of_primary(reads)
    of_redis, of_broker = await asyncio.gather(_state_of(redis), _state_of(broker))
    if publisher_is_down:
        of_broker = "down"
    is_ready = state is not None and state.serves and not storage.is_full
    return Readiness(
        status="ready" if is_ready else "not ready",
        primary="up" if state else "down",
        db_schema=state.value if state else "unknown",
        replicas=tuple(_replica(replica) for replica in reads.replicas),
        redis=of_redis,
        broker=of_broker,
        reads=ReadRouting(**asdict(reads.counts)),
        notes=(*_notes(reads, state, storage, of_redis), *_NOTES_ON_BROKER.get(of_broker, ())),
    )


async def _state_of_primary(reads: Reads) -> SchemaState | None:
    try:
        async with asyncio.timeout(_ANSWER_SECONDS):
            return await schema_state(probe_engine(reads.primary.url))
    except (SQLAlchemyError, OSError):
        return None


async def _state_of(helper: RedisLink | BrokerProbe | None) -> _State:
    if helper is None:
        return "not configured"
    return "up" if await helper.answers() else "down"


def _replica(replica: Replica) -> ReplicaReadiness:
    return ReplicaReadiness(
        name=replica.name,
        is_read=replica.why_not is None,
        why_not=replica.why_not,
        lag_seconds=replica.lag_seconds,
    )


def _notes(
    reads: Reads, state: SchemaState | None, storage: Storage, of_redis: _State
) -> list[str]:
    notes = []
    if state is None:
        notes.append("The primary is down: commands fail; replicas answer anonymous reads.")
    elif not state.serves:
        notes.append("The schema is not the code's: run `python main.py migrate`.")
    if storage.is_full:
        notes.append("The disk of the database is full: writes fail until it has room.")
    if not reads.replicas:
        notes.append("No replica is configured: reads go to the primary.")
    elif all(replica.why_not for replica in reads.replicas):
        notes.append("No replica can be read: reads go to the primary.")
    elif of_redis != "up":
        notes.append(f"Redis is {of_redis}: reads of authenticated callers go to the primary.")
    return notes
