"""Positions on MySQL: reported by a COMMIT, waited for on a replica, and written as text."""

import re
from typing import Any
from uuid import UUID

from pymysql import MySQLError
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from application.positions import NOWHERE, Position
from infra.database.unknown_outcomes import UNKNOWN

KEPT_SECONDS = 60
WAIT_SECONDS = 0.05
_EXECUTED = "SELECT @@GLOBAL.gtid_executed"
_ONE_STORED = rf"([0-9a-f-]{{36}}(:[a-z_][a-z0-9_]*)?|{UNKNOWN}):[0-9]{{1,19}}"
_STORED = re.compile(rf"{_ONE_STORED}(,{_ONE_STORED})*")
_WAIT = text("SELECT WAIT_FOR_EXECUTED_GTID_SET(:gtids, :seconds)")


async def committed(connection: AsyncConnection) -> Position:
    """Commit, and give the position that this reported; nowhere where it changed nothing."""
    pooled = await connection.get_raw_connection()
    raw: Any = pooled.driver_connection
    # an earlier commit of this pooled connection may have left its own
    raw.last_gtid = None
    await connection.commit()
    return parse_gtids(raw.last_gtid) if raw.last_gtid else NOWHERE


async def executed_position(connection: AsyncConnection) -> Position:
    """Ask a server how far it is; on the bare connection, as this begins no transaction."""
    pooled = await connection.get_raw_connection()
    raw: Any = pooled.driver_connection
    try:
        async with raw.cursor() as cursor:
            await cursor.execute(_EXECUTED)
            [gtids] = await cursor.fetchone()
    except BaseException as error:
        # half an answer may be on its way still
        await connection.invalidate()
        if isinstance(error, MySQLError):
            raise ConnectionError(f"The server did not tell its position: {error}") from error
        raise
    return parse_gtids(gtids)


async def reached(connection: AsyncConnection, position: Position) -> bool:
    """Wait on a replica until it has reached a position; False where it takes too long."""
    parameters = {"gtids": format_gtids(position), "seconds": WAIT_SECONDS}
    return bool(await connection.scalar(_WAIT, parameters) == 0)


def parse_gtids(gtids: str) -> Position:
    """Read a GTID set, such as `uuid:1-5:7,uuid:tag:3`: the newest number of each source."""
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


def stored_position(text: str) -> Position:
    """Read what `format_gtids` wrote; raises ValueError for all else."""
    if text and not _STORED.fullmatch(text):
        raise ValueError(f"It is no position: {text[:80]!r}")
    return parse_gtids(text) if text else NOWHERE


def format_gtids(position: Position) -> str:
    """Write one exact GTID for each source: all before it are applied, as commit order is kept."""
    return ",".join(f"{source}:{sequence}" for source, sequence in position.sequences.items())


class NoPositions:
    """Stands where no replica is read: all reads are as new as can be."""

    async def keep(self, user_id: UUID, position: Position) -> bool:
        """Keep nothing: nobody asks for it."""
        return True

    async def of(self, user_id: UUID) -> Position | None:
        return NOWHERE

    async def close(self) -> None:
        """Nothing is open."""


class PositionsUnknown:
    """Stands where no Redis is: a process would know only what was written through itself."""

    async def keep(self, user_id: UUID, position: Position) -> bool:
        """Keep nothing: nobody asks for it."""
        return True

    async def of(self, user_id: UUID) -> Position | None:
        return None

    async def close(self) -> None:
        """Nothing is open."""
