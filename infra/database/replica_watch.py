"""The replica watch: checks once a second how far each replica lags, and whether it may be read."""

import asyncio
import logging
from collections import deque
from time import monotonic

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from application.positions import Position
from infra.database.engines import read_engine
from infra.database.errors import in_one_line
from infra.database.positions import executed_position
from infra.database.replicas import Reads, Replica

_PERIOD_SECONDS = 1.0
_ANSWER_SECONDS = 1.0
# both spellings: the servers before 8.0.26 know only the older one
_VARIABLES = text(
    "SHOW GLOBAL VARIABLES WHERE Variable_name IN ('gtid_mode',"
    " 'replica_preserve_commit_order', 'slave_preserve_commit_order',"
    " 'replica_parallel_workers', 'slave_parallel_workers')"
)
_log = logging.getLogger("broadsheet.replicas")


class ReplicaWatch:
    """Updates the state of replicas that `Reads` uses. Its connections are its own: an exhausted
    pool of readers must not make a replica check unreachable."""

    def __init__(self, reads: Reads, max_lag_seconds: float) -> None:
        self._reads = reads
        self._max_lag_seconds = max_lag_seconds
        self._primary = read_engine(reads.primary.url)
        self._engines = [(replica, read_engine(replica.url)) for replica in reads.replicas]
        self._samples: deque[tuple[float, Position]] = deque()
        self._primary_answers = True

    async def run(self) -> None:
        """Check until cancelled."""
        while True:
            await asyncio.sleep(_PERIOD_SECONDS)
            try:
                await self.check()
            except Exception:
                # the watch must not end: the last state would be used for ever
                _log.exception("the watch failed")
                for replica in self._reads.replicas:
                    replica.leave_out("The watch failed: see the log.")

    async def check(self) -> None:
        """Check the primary, then all replicas concurrently."""
        why_not = await self._check_primary()
        async with asyncio.TaskGroup() as group:
            for replica, engine in self._engines:
                group.create_task(self._check_replica(replica, engine, why_not))

    async def close(self) -> None:
        for engine in (self._primary, *(engine for _, engine in self._engines)):
            await engine.dispose()

    async def _check_primary(self) -> str | None:
        try:
            async with asyncio.timeout(_ANSWER_SECONDS), self._primary.connect() as connection:
                if (await _variables(connection)).get("gtid_mode") != "ON":
                    return "The primary has no GTIDs: start it with gtid_mode=ON."
                self._sample(await executed_position(connection))
                self._note_primary("")
        except (SQLAlchemyError, OSError) as error:
            # the lag is measured by the last positions of the primary that are known
            self._note_primary(in_one_line(error))
        return None

    def _note_primary(self, fault: str) -> None:
        if fault and self._primary_answers:
            _log.warning("the primary does not answer the watch of the replicas: %s", fault)
        elif not fault and not self._primary_answers:
            _log.info("the primary answers the watch of the replicas again")
        self._primary_answers = not fault

    def _sample(self, executed: Position) -> None:
        self._reads.primary_position = executed
        self._samples.append((monotonic(), executed))
        oldest = monotonic() - self._max_lag_seconds - _PERIOD_SECONDS
        while self._samples[0][0] < oldest:
            self._samples.popleft()

    async def _check_replica(
        self, replica: Replica, engine: AsyncEngine, why_not: str | None
    ) -> None:
        try:
            async with asyncio.timeout(_ANSWER_SECONDS), engine.connect() as connection:
                replica.position = await executed_position(connection)
                why_not = why_not or _unfit(await _variables(connection))
        except (SQLAlchemyError, OSError):
            why_not = "It can't be reached."
        replica.lag_seconds = self._lag(replica.position)
        self._settle(replica, why_not or self._too_far_behind(replica.lag_seconds))

    def _lag(self, reached: Position) -> float | None:
        contained = [moment for moment, executed in self._samples if reached.reaches(executed)]
        return self._samples[-1][0] - max(contained) if contained else None

    def _too_far_behind(self, lag: float | None) -> str | None:
        if lag is None or lag > self._max_lag_seconds:
            return f"It is more than REPLICA_MAX_LAG ({self._max_lag_seconds:g} s) behind."
        return None

    def _settle(self, replica: Replica, why_not: str | None) -> None:
        if why_not != replica.why_not:
            level = logging.WARNING if why_not else logging.INFO
            _log.log(level, "replica %s: %s", replica.name, why_not or "It is read.")
        replica.why_not = why_not


def _unfit(variables: dict[str, str]) -> str | None:
    order = variables.get("replica_preserve_commit_order") or variables.get(
        "slave_preserve_commit_order"
    )
    workers = variables.get("replica_parallel_workers") or variables.get("slave_parallel_workers")
    if order != "ON" and workers not in ("0", "1"):
        return "It commits out of order: start it with replica_preserve_commit_order=ON."
    return None


async def _variables(connection: AsyncConnection) -> dict[str, str]:
    return {row.Variable_name: row.Value for row in await connection.execute(_VARIABLES)}
