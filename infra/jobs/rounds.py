"""Rounds: a round-robin over requesters. Each requester has one job in each round.

A new requester joins the current round, after the next job of each other requester. So it waits
for at most one job of each other requester. All jobs without a requester share one place.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.job import State
from infra.database.clock import from_now
from infra.database.tables import jobs

AT_ONCE = 1000  # limit of jobs in the state SENT; the others remain QUEUED
_LEAST = 10  # minimum of SENT jobs per requester, even beyond AT_ONCE
_REQUESTERS = 100  # requesters handled in one pass, by one SELECT each
_HEADS = 10_000


@dataclass(frozen=True, slots=True)
class Sent:
    """Sent jobs of a requester that have not begun: their number and their rounds."""

    count: int
    first: int
    last: int


SentByRequester = Mapping[UUID | None, Sent]


async def sent_by_requester(connection: AsyncConnection) -> SentByRequester:
    """Return the sent jobs of each requester."""
    of_round = (func.min(jobs.c.round), func.max(jobs.c.round))
    counted = select(jobs.c.requested_by, func.count(), *of_round).where(_is(State.SENT))
    rows = await connection.execute(counted.group_by(jobs.c.requested_by))
    # the relay of an earlier version sends jobs without a round
    return {who: Sent(count, first or 0, last or 0) for who, count, first, last in rows}


async def chosen(connection: AsyncConnection, sent: SentByRequester) -> Sequence[Row[Any]]:
    """Lock due jobs, as many as may be sent; returns their ids, requesters, kinds and traces."""
    room = AT_ONCE - sum(each.count for each in sent.values())
    due = select(jobs.c.id).where(*_is_due()).limit(max(0, room) + 1).subquery()
    if int(await connection.scalar(select(func.count()).select_from(due)) or 0) > max(0, room):
        return await _shared_out(connection, sent, room)
    return list(await connection.execute(_first(max(0, room))))


async def _shared_out(
    connection: AsyncConnection, sent: SentByRequester, room: int
) -> list[Row[Any]]:
    """Choose an equal share of due jobs of each requester, where not all may be sent."""
    rows: list[Row[Any]] = []
    due_of = await _requesters(connection)
    share = max(_LEAST, AT_ONCE // len(due_of | sent.keys()))
    counts = {who: sent[who].count if who in sent else 0 for who in due_of}
    below = (who for who in due_of if counts[who] < (share if room > 0 else _LEAST))
    for who in islice(below, _REQUESTERS):
        wanted = max(_LEAST - counts[who], min(share - counts[who], room - len(rows)))
        of_whom = _first(wanted).where(jobs.c.requested_by == who)
        rows += (await connection.execute(of_whom)).all() if wanted > 0 else ()
    return rows


async def _requesters(connection: AsyncConnection) -> dict[UUID | None, None]:
    """Return the requesters of due jobs, those that have waited longest first."""
    oldest = func.min(jobs.c.due_at)
    # with the state, MySQL makes one index step for each requester, however many jobs one has
    heads = select(jobs.c.requested_by).where(_is(State.QUEUED))
    heads = heads.group_by(jobs.c.state, jobs.c.requested_by)
    due = heads.having(oldest <= from_now()).order_by(oldest).limit(_HEADS)
    return dict.fromkeys((await connection.execute(due)).scalars())


def rounds_of(rows: Sequence[Row[Any]], sent: SentByRequester) -> dict[UUID, int]:
    """Return the round of each job that is to be sent."""
    present = max((each.first for each in sent.values()), default=0)
    following = {who: max(present, each.last + 1) for who, each in sent.items()}
    rounds = {}
    for row in rows:
        rounds[row.id] = following.get(row.requested_by, present)
        following[row.requested_by] = rounds[row.id] + 1
    return rounds


def next_ones(limit: int) -> Select[Any]:
    """Return the statement that selects the next jobs in turn."""
    may = (_is(State.SENT), jobs.c.attempts < jobs.c.max_attempts)
    return select(jobs.c.id).where(*may).order_by(jobs.c.round, jobs.c.run_at).limit(limit)


def _first(limit: int) -> Select[Any]:
    columns = (jobs.c.id, jobs.c.requested_by, jobs.c.kind, jobs.c.traceparent)
    found = select(*columns).where(*_is_due()).order_by(jobs.c.due_at)
    return found.limit(limit).with_for_update(skip_locked=True)


def _is_due() -> tuple[ColumnElement[bool], ...]:
    return _is(State.QUEUED), jobs.c.due_at <= from_now()


def _is(state: State) -> ColumnElement[bool]:
    return jobs.c.state == state
