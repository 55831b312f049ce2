"""The audit trail."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from application.audit.ports import AuditQuery
from application.audit.queries import AuditQueryService
from application.audit.views import AuditPage
from interface.http.answers import read_answer
from interface.http.dependencies import ScopeOfList
from interface.http.problems import NOT_MODIFIED, problems
from interface.http.query_strings import QueryString

router = APIRouter(prefix="/audit", tags=["audit"])
_QUERY = QueryString(AuditQuery)


@router.get("", response_model=AuditPage, responses=problems(403) | NOT_MODIFIED)
async def list_audit(
    scope: ScopeOfList, request: Request, query: Annotated[AuditQuery, Depends(_QUERY)]
) -> Response:
    """List who did what, the newest first, for admins."""
    return read_answer(await scope[AuditQueryService].get_audit.encoded(query), request)
