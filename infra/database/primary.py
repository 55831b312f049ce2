"""The primary: where writes go, and what all write units of work of a process share."""

import asyncio
from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncEngine

from application.positions import UserPositions
from infra.database.arrivals import Arrivals
from infra.database.changes import Invalidations, SentChanges
from infra.database.counts import Storage, WriteCounts
from infra.database.handover import Handover
from infra.database.shielded import Shielded


@dataclass(frozen=True, slots=True)
class Primary:
    """Where writes go, and what all write units of work of a process share."""

    engine: AsyncEngine
    tracks_positions: bool
    user_positions: UserPositions
    shielded: Shielded
    invalidations: Invalidations | None
    handover: Handover | None
    sent_changes: SentChanges = field(default_factory=SentChanges)
    jobs_added: asyncio.Event = field(default_factory=asyncio.Event)
    counts: WriteCounts = field(default_factory=WriteCounts)
    arrivals: Arrivals = field(default_factory=Arrivals)
    storage: Storage = field(default_factory=Storage)
