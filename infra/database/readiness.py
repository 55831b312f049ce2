"""Looks at the databases on behalf of `/readyz`."""

import asyncio
from dataclasses import asdict

from sqlalchemy.exc import SQLAlchemyError

from application.readiness import Readiness, ReadRouting, ReplicaReadiness
from infra.database.engines import probe_engine
from infra.database.replicas import Reads, Replica
from infra.database.schema import SchemaState, schema_state

_ANSWER_SECONDS = 2.0


async def readiness(reads: Reads) -> Readiness:
    """Ask the primary for its schema, and tell what the watch knows of the replicas."""
    state = await _state_of_primary(reads)
    return Readiness(
        status="ready" if state and state.serves else "not ready",
        primary="up" if state else "down",
        db_schema=state.value if state else "unknown",
        replicas=tuple(_replica(replica) for replica in reads.replicas),
        reads=ReadRouting(**asdict(reads.counts)),
        notes=tuple(_notes(reads, state)),
    )


async def _state_of_primary(reads: Reads) -> SchemaState | None:
    try:
        async with asyncio.timeout(_ANSWER_SECONDS):
            return await schema_state(probe_engine(reads.primary.url))
    except (SQLAlchemyError, OSError):
        return None


def _replica(replica: Replica) -> ReplicaReadiness:
    return ReplicaReadiness(
        name=replica.name,
        is_read=replica.why_not is None,
        why_not=replica.why_not,
        lag_seconds=replica.lag_seconds,
    )


def _notes(reads: Reads, state: SchemaState | None) -> list[str]:
    notes = []
    if state is None:
        notes.append("The primary is down: commands fail; replicas answer anonymous reads.")
    elif not state.serves:
        notes.append("The schema is not the code's: run `python main.py migrate`.")
    if not reads.replicas:
        notes.append("No replica is configured: reads go to the primary.")
    elif all(replica.why_not for replica in reads.replicas):
        notes.append("No replica can be read: reads go to the primary.")
    return notes
