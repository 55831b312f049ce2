"""The driver's connection to MySQL, with a timeout for each answer and the GTID of each COMMIT.

The server appends what a transaction changed in the session to its OK packet (session tracking);
the driver skips that part.
Source: MySQL Internals, "OK_Packet" and "Session State Information".
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiomysql
from pymysql import OperationalError
from pymysql.constants import CLIENT, CR, SERVER_STATUS
from pymysql.protocol import MysqlPacket

from infra.database.tls import Mode, tls_context

TRACKING_FLAGS = CLIENT.SESSION_TRACK | CLIENT.FOUND_ROWS
TRACKING_SETTING = "SESSION session_track_gtids = OWN_GTID"
CONNECT_SECONDS = 2
# for statements without a shorter timeout of their own, such as those of background work
ANSWER_SECONDS = 10
_SESSION_STATE_CHANGED = 0x4000
_TRACK_GTIDS = 3
# the backslash first: the other replacements contain one
_ESCAPES = (
    ("\\", "\\\\"),
    ("\0", "\\0"),
    ("\n", "\\n"),
    ("\r", "\\r"),
    ("\032", "\\Z"),
    ('"', '\\"'),
    ("'", "\\'"),
)


class Connection(aiomysql.Connection):  # type: ignore[misc]
    """Stores the GTID of the last commit in `last_gtid`, where the session tracks GTIDs."""

    last_gtid: str | None = None
    answer_seconds: float | None = ANSWER_SECONDS

    def escape_string(self, s: str) -> str:
        # the driver's own works character by character: for a long text it takes ten times as
        # long, and blocks the event loop meanwhile
        if self.server_status & SERVER_STATUS.SERVER_STATUS_NO_BACKSLASH_ESCAPES:
            return s.replace("'", "''")
        for special, escaped in _ESCAPES:
            s = s.replace(special, escaped)
        return s

    async def _request_authentication(self) -> None:
        # the driver would go on without TLS
        if self._ssl_context and not self.server_capabilities & CLIENT.SSL:
            raise OperationalError(CR.CR_SSL_CONNECTION_ERROR, "The server offers no TLS")
        await super()._request_authentication()

    async def _read_query_result(self, unbuffered: bool = False) -> None:
        async with self._answer_in_time():
            await super()._read_query_result(unbuffered)

    async def _read_ok_packet(self) -> bool:
        async with self._answer_in_time():
            packet = await self._read_packet()
        if not packet.is_ok_packet():
            raise OperationalError(CR.CR_COMMANDS_OUT_OF_SYNC, "Command Out of Sync")
        self._note_state(packet)
        return True

    @asynccontextmanager
    async def _answer_in_time(self) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(self.answer_seconds):
                yield
        except TimeoutError as error:
            # the driver has closed the socket: the rest of an answer may still arrive
            message = f"The server was silent for {self.answer_seconds:g} s"
            raise OperationalError(CR.CR_SERVER_LOST, message) from error

    def _note_state(self, packet: Any) -> None:
        packet.advance(1)
        packet.read_length_encoded_integer()  # affected rows
        packet.read_length_encoded_integer()  # last insert id
        self.server_status, _warnings = packet.read_struct("<HH")
        if self.server_status & _SESSION_STATE_CHANGED:
            packet.read_length_coded_string()  # info
            self.last_gtid = _tracked_gtids(packet.read_length_coded_string())


async def connect(
    *arguments: Any, tls: Mode = "off", authority: str = "", **options: Any
) -> Connection:
    """Open a connection; raises TimeoutError after two seconds."""
    context = tls_context(tls, authority)
    # the driver's own timeout does not include the handshake, in which a server may hang
    async with asyncio.timeout(CONNECT_SECONDS):
        connection = Connection(*arguments, ssl=context, **options)
        await connection._connect()
        return connection


async def connect_for_long(*arguments: Any, **options: Any) -> Connection:
    """Open a connection without timeouts for statements, as migrations need it."""
    connection = await connect(*arguments, **options)
    connection.answer_seconds = None
    return connection


def _tracked_gtids(state: bytes) -> str | None:
    packet: Any = MysqlPacket(state, "utf8")
    while packet._position < len(state):
        kind, data = packet.read_uint8(), packet.read_length_coded_string()
        if kind == _TRACK_GTIDS:
            entry: Any = MysqlPacket(data, "utf8")
            entry.advance(1)  # encoding specification: always 0
            return str(entry.read_length_coded_string(), "ascii")
    return None
