"""The registry of ports and services, so that the machine names none of them."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from infra.database.housekeeping import Chore
from infra.database.logins import Logins
from infra.database.ports import Offered
from infra.database.tallies import Tally


@dataclass(frozen=True, slots=True)
class Registry:
    """Ports of units of work, makers of services, the check of logins, handlers of jobs, what
    housekeeping removes, and metrics of tables."""

    reading: Offered
    writing: Offered
    services: Mapping[type[Any], Callable[[Any], Any]]
    logins: Logins | None
    jobs: Mapping[str, Callable[[Any], Awaitable[None]]]
    chores: tuple[Chore, ...]
    errands: tuple[Any, ...]
    tallies: tuple[Tally, ...]
