"""Positions on MySQL: read from the OK packet of a COMMIT, waited for on a replica.

The server appends what a transaction changed in the session to its OK packet (session tracking);
the driver skips that part, so its packet reader is replaced by one that keeps the GTID.
Source: MySQL Internals, "OK_Packet" and "Session State Information".
"""

import re
import types
from typing import Any
from uuid import UUID

from pymysql import MySQLError, OperationalError
from pymysql.constants import CLIENT, CR
from pymysql.protocol import MysqlPacket
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from application.positions import NOWHERE, Position

TRACKING_FLAGS = CLIENT.SESSION_TRACK | CLIENT.FOUND_ROWS
TRACKING_SETTING = "SESSION session_track_gtids = OWN_GTID"
KEPT_SECONDS = 60
WAIT_SECONDS = 0.05
_SESSION_STATE_CHANGED = 0x4000
_TRACK_GTIDS = 3
_EXECUTED = "SELECT @@GLOBAL.gtid_executed"
_ONE_STORED = r"[0-9a-f-]{36}(:[a-z_][a-z0-9_]*)?:[0-9]{1,19}"
_STORED = re.compile(rf"{_ONE_STORED}(,{_ONE_STORED})*")
_WAIT = text("SELECT WAIT_FOR_EXECUTED_GTID_SET(:gtids, :seconds)")


def track_gtids(dbapi_connection: Any, _record: object) -> None:
    """Teach a new connection of the pool to keep the GTID of its last commit."""
    raw = dbapi_connection.driver_connection
    raw.last_gtid = None
    raw._read_ok_packet = types.MethodType(_read_ok_packet, raw)


async def position_of_last_commit(connection: AsyncConnection) -> Position:
    """Give the position that the last COMMIT reported; nowhere where it changed nothing."""
    pooled = await connection.get_raw_connection()
    raw: Any = pooled.driver_connection
    gtids, raw.last_gtid = raw.last_gtid, None
    return parse_gtids(gtids) if gtids else NOWHERE


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


async def _read_ok_packet(connection: Any) -> bool:
    packet = await connection._read_packet()
    if not packet.is_ok_packet():
        raise OperationalError(CR.CR_COMMANDS_OUT_OF_SYNC, "Command Out of Sync")
    packet.advance(1)
    packet.read_length_encoded_integer()  # affected rows
    packet.read_length_encoded_integer()  # last insert id
    connection.server_status, _warnings = packet.read_struct("<HH")
    if connection.server_status & _SESSION_STATE_CHANGED:
        packet.read_length_coded_string()  # info
        connection.last_gtid = _tracked_gtids(packet.read_length_coded_string())
    return True


def _tracked_gtids(state: bytes) -> str | None:
    packet: Any = MysqlPacket(state, "utf8")
    while packet._position < len(state):
        kind, data = packet.read_uint8(), packet.read_length_coded_string()
        if kind == _TRACK_GTIDS:
            entry: Any = MysqlPacket(data, "utf8")
            entry.advance(1)  # encoding specification: always 0
            return str(entry.read_length_coded_string(), "ascii")
    return None
