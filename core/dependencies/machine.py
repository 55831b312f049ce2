"""The machine's own ports and services: jobs, answers to idempotency keys, tenants."""

from datetime import datetime, timedelta

from application.audit.ports import AuditTrail
from application.idempotency.commands import GOOD_FOR, IdempotencyCommandService
from application.idempotency.ports import AnswerRepository
from application.job.commands import JobCommandService
from application.job.ports import JobReader, JobRepository
from application.job.queries import JobQueryService
from application.tenant.commands import TenantCommandService
from application.tenant.ports import TenantRepository
from core.dependencies.aggregate import Aggregate, commands, queries, service
from core.dependencies.job_handlers import HOUSEKEEPING, JobHandler, run_housekeeping
from domain.ids import first_id
from domain.job import State
from infra.database.housekeeping import Chore, Conditions
from infra.database.ports import provided
from infra.database.readers.job import SqlJobReader
from infra.database.repositories.answer import SqlAnswerRepository
from infra.database.repositories.audit import SqlAuditTrail
from infra.database.repositories.job import SqlJobRepository
from infra.database.repositories.tenant import SqlTenantRepository
from infra.database.tables import answers, audit, job_items, jobs, revoked_tenant_tokens

JOBS_KEPT_FOR = timedelta(days=7)
AUDIT_KEPT_FOR = timedelta(days=365)
_CLOCKS_DIFFER_BY = timedelta(hours=1)  # whether a token is good is decided by another clock


def _ended(now: datetime) -> Conditions:
    # an id contains the time at which it was made: the index skips newer ones
    is_over = jobs.c.state.in_((State.SUCCEEDED, State.DISCARDED))
    before = now - JOBS_KEPT_FOR
    return jobs.c.id < first_id(before), is_over, jobs.c.finished_at < before


def _given_long_ago(now: datetime) -> Conditions:
    return (answers.c.given_at < now - GOOD_FOR,)


def _noted_long_ago(now: datetime) -> Conditions:
    return (audit.c.id < first_id(now - AUDIT_KEPT_FOR),)


def _expired(now: datetime) -> Conditions:
    return (revoked_tenant_tokens.c.expires_at < now - _CLOCKS_DIFFER_BY,)


MACHINE = Aggregate(
    readers=(provided(JobReader)(SqlJobReader),),
    repositories=(
        provided(JobRepository)(SqlJobRepository),
        provided(AnswerRepository)(SqlAnswerRepository),
        provided(TenantRepository)(SqlTenantRepository),
        provided(AuditTrail)(SqlAuditTrail),
    ),
    services=(
        queries(JobQueryService),
        commands(JobCommandService),
        service(IdempotencyCommandService)(
            lambda scope: IdempotencyCommandService(scope.write_uow, scope.clock)
        ),
        service(TenantCommandService)(
            lambda scope: TenantCommandService(
                scope.write_uow, scope.resources.tenant_tokens, scope.clock
            )
        ),
    ),
    jobs=(JobHandler(HOUSEKEEPING, run_housekeeping),),
    chores=(
        Chore("jobs", jobs, _ended, (job_items.c.job_id,)),
        Chore("answers", answers, _given_long_ago),
        Chore("audit", audit, _noted_long_ago),
        Chore("tenant_tokens", revoked_tenant_tokens, _expired),
    ),
)
