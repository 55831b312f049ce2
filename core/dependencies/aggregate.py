"""What an aggregate registers with the machine: ports, services, kinds of job, what housekeeping
removes, metrics of tables, and, if it has them, logins."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from application.services import Commands, Queries
from core.dependencies.job_handlers import Errand, JobHandler
from core.dependencies.registry import Registry
from core.dependencies.scope import ServiceScope
from infra.database.housekeeping import Chore
from infra.database.logins import Logins
from infra.database.ports import Offered, Provided
from infra.database.tallies import Tally

S = TypeVar("S")
C = TypeVar("C", bound=Commands)
Q = TypeVar("Q", bound=Queries)


@dataclass(frozen=True, slots=True)
class Service(Generic[S]):
    """A service, and a function that makes it in a scope."""

    kind: type[S]
    make: Callable[[ServiceScope], S]


def service(kind: type[S]) -> Callable[[Callable[[ServiceScope], S]], Service[S]]:
    """Register the factory of a service; in two steps for type inference, as `provided`."""
    return lambda make: Service(kind, make)


def commands(kind: type[C]) -> Service[C]:
    """Register a command service whose constructor takes the usual arguments."""
    return Service(kind, lambda scope: kind(scope.write_uow, scope.caller, scope.clock))


def queries(kind: type[Q]) -> Service[Q]:
    """Register a query service whose constructor takes the usual arguments."""
    return Service(kind, lambda scope: kind(scope.read_uow, scope.cache, scope.caller))


@dataclass(frozen=True, slots=True)
class Aggregate:
    """The registration of one aggregate."""

    readers: tuple[Provided[Any], ...] = ()
    repositories: tuple[Provided[Any], ...] = ()
    services: tuple[Service[Any], ...] = ()
    jobs: tuple[JobHandler, ...] = ()
    chores: tuple[Chore, ...] = ()
    errands: tuple[Errand, ...] = ()
    tallies: tuple[Tally, ...] = ()
    logins: Logins | None = None


def registered(aggregates: Iterable[Aggregate]) -> Registry:
    """Make a registry of aggregates."""
    known = tuple(aggregates)
    readers = [reader for each in known for reader in each.readers]
    repositories = [repository for each in known for repository in each.repositories]
    services = {service.kind: service.make for each in known for service in each.services}
    return Registry(
        reading=Offered(readers),
        writing=Offered([*readers, *repositories]),
        services=services,
        logins=next((each.logins for each in known if each.logins), None),
        jobs={job.kind: job.handle for each in known for job in each.jobs},
        chores=tuple(chore for each in known for chore in each.chores),
        errands=tuple(errand for each in known for errand in each.errands),
        tallies=tuple(tally for each in known for tally in each.tallies),
    )
