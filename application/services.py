"""What most services are made of: a unit of work, and the caller whom they serve."""

from application.caching import Cache
from application.clock import Clock
from application.unit_of_work import ReadUnitOfWork, WriteUnitOfWork
from domain.caller import Caller


class Commands:
    """Changes something for one caller."""

    def __init__(self, write_uow: WriteUnitOfWork, caller: Caller | None, clock: Clock) -> None:
        self.write_uow = write_uow
        self.caller = caller
        self.clock = clock


class Queries:
    """Reads for one caller."""

    def __init__(self, read_uow: ReadUnitOfWork, cache: Cache, caller: Caller | None) -> None:
        self.read_uow = read_uow
        self.cache = cache
        self.caller = caller
