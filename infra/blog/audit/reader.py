"""The audit trail as views, with the names that users have now."""

from typing import Any

from sqlalchemy import ColumnElement, Row, and_, select

from application.audit.ports import AuditQuery
from application.audit.views import AuditEntryView, AuditPage
from domain.ids import first_id, made_at
from domain.text import folded
from infra.blog.user.table import users
from infra.database.paging import page_by_id
from infra.database.sessions import Session
from infra.database.tables import audit

_ACTORS, _OTHERS = users.alias("actor"), users.alias("whom")
_IS_ACTOR = and_(_ACTORS.c.tenant == audit.c.tenant, _ACTORS.c.id == audit.c.actor_id)
_IS_OTHER = and_(_OTHERS.c.tenant == audit.c.tenant, _OTHERS.c.id == audit.c.whom_id)


class SqlAuditReader:
    """Selects entries for a tenant."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def page(self, query: AuditQuery) -> AuditPage:
        names = _ACTORS.c.username.label("actor"), _OTHERS.c.username.label("whom")
        found = select(audit.c.id, audit.c.action, audit.c.address, audit.c.what, *names)
        joined = found.outerjoin(_ACTORS, _IS_ACTOR).outerjoin(_OTHERS, _IS_OTHER)
        chosen = joined.where(audit.c.tenant == self._session.tenant, *_chosen(query))
        rows, about = await page_by_id(self._session, chosen, audit.c.id, query)
        return AuditPage(items=tuple(map(_view, rows)), **about)


def _chosen(query: AuditQuery) -> list[ColumnElement[bool]]:
    chosen: list[ColumnElement[bool]] = []
    if query.actor is not None:
        chosen.append(_ACTORS.c.username_folded == folded(query.actor))
    if query.action is not None:
        chosen.append(audit.c.action == query.action.value)
    if query.since is not None:
        chosen.append(audit.c.id >= first_id(query.since))
    return chosen


def _view(row: Row[Any]) -> AuditEntryView:
    return AuditEntryView(at=made_at(row.id), **row._mapping)
