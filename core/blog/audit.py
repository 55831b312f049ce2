"""The audit trail's reader, which names users."""

from application.audit.ports import AuditReader
from application.audit.queries import AuditQueryService
from core.dependencies.aggregate import Aggregate, queries
from infra.blog.audit.reader import SqlAuditReader
from infra.database.ports import provided

AUDIT = Aggregate(
    readers=(provided(AuditReader)(SqlAuditReader),),
    services=(queries(AuditQueryService),),
)
