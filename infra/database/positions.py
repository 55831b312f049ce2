"""Positions on MySQL: read from COMMIT's answer, waited for on a replica, encoded as text."""

import re
from functools import lru_cache
from typing import Any
from uuid import UUID

from pymysql import MySQLError
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from application.positions import NOWHERE, Position
from infra.database.unknown_outcomes import UNKNOWN

POSITION_SECONDS = 60
WAIT_SECONDS = 0.05
_EXECUTED = "SELECT @@GLOBAL.gtid_executed"
_ONE_STORED = rf"([0-9a-f-]{{36}}(:[a-z_][a-z0-9_]*)?|{UNKNOWN}):[0-9]{{1,19}}"
_STORED = re.compile(rf"{_ONE_STORED}(,{_ONE_STORED})*")
_WAIT = text("SELECT WAIT_FOR_EXECUTED_GTID_SET(:gtids, :seconds)")


async def committed(connection: AsyncConnection) -> Position:
    """Commit, and return the commit's position; an empty one where it changed nothing."""
    pooled = await connection.get_raw_connection()
    raw: Any = pooled.driver_connection
    # an earlier commit on this pooled connection may have left its GTID
    raw.last_gtid = None
    await connection.commit()
    return parse_gtids(raw.last_gtid) if raw.last_gtid else NOWHERE


async def executed_position(connection: AsyncConnection) -> Position:
    """Ask a server for its position, on the driver's connection: this begins no transaction."""
    pooled = await connection.get_raw_connection()
    raw: Any = pooled.driver_connection
    try:
        async with raw.cursor() as cursor:
            await cursor.execute(_EXECUTED)
            [gtids] = await cursor.fetchone()
    except BaseException as error:
        # the rest of an answer may still arrive
        await connection.invalidate()
        if isinstance(error, MySQLError):
            raise ConnectionError(f"The server did not return its position: {error}") from error
        raise
    return parse_gtids(gtids)


async def reached(connection: AsyncConnection, position: Position) -> bool:
    """Wait on a replica until it has reached a position; False where it takes too long."""
    parameters = {"gtids": format_gtids(position), "seconds": WAIT_SECONDS}
    return bool(await connection.scalar(_WAIT, parameters) == 0)


def parse_gtids(gtids: str) -> Position:
    """Decode a GTID set, such as `uuid:1-5:7,uuid:tag:3`: the highest number of each source."""
    sequences: dict[str, int] = {}
    for entry in gtids.replace("\n", "").split(","):
        uuid, *parts = entry.strip().split(":")
        source = uuid
        for part in parts:
            if part[0].isdigit():
                newest = int(part.rpartition("-")[2])
                sequences[source] = max(newest, sequences.get(source, 0))
            else:
                source = f"{uuid}:{part}"
    return Position(sequences)


# memoized: a reader's position is decoded at each hit, and changes only with their writes
@lru_cache(maxsize=10_000)
def stored_position(text: str) -> Position:
    """Decode what `format_gtids` has encoded; raises ValueError for all else."""
    if text and not _STORED.fullmatch(text):
        raise ValueError(f"It is no position: {text[:80]!r}")
    return parse_gtids(text) if text else NOWHERE


def format_gtids(position: Position) -> str:
    """Encode a position as one GTID for each source: replicas preserve the commit order, so that
    all before it are applied too."""
    return ",".join(f"{source}:{sequence}" for source, sequence in position.sequences.items())


class NoUserPositions:
    """Used without replicas: all reads go to the primary."""

    async def store(self, user_id: UUID, position: Position) -> bool:
        """Store nothing: nothing reads it."""
        return True

    async def get(self, user_id: UUID) -> Position | None:
        return NOWHERE

    async def close(self) -> None:
        """Do nothing: no connection is open."""


class UnknownUserPositions:
    """Used without Redis: a process would know the positions of its own writes alone."""

    async def store(self, user_id: UUID, position: Position) -> bool:
        """Store nothing: nothing reads it."""
        return True

    async def get(self, user_id: UUID) -> Position | None:
        return None

    async def close(self) -> None:
        """Do nothing: no connection is open."""
