"""Which revisions have become superfluous, for housekeeping."""

from datetime import datetime

from sqlalchemy import ColumnElement, ScalarSelect, String, and_, func, or_, select, type_coerce

from domain.revision import ALL_KEPT_FOR, DAILY_KEPT_FOR
from infra.blog.revision.table import revisions
from infra.database.housekeeping import Conditions

_DAY, _MONTH = len("2026-01-02"), len("2026-01")  # how the text of a moment begins
_NEXT = revisions.alias("next")


def superfluous(now: datetime) -> Conditions:
    """Return the conditions that another revision was written on the same day, or in the same
    month where that is enough.

    The next one is compared: it is of the same day, or none of the later ones is.
    """
    of_day, of_month = (_is_followed_within(length) for length in (_DAY, _MONTH))
    is_ancient = revisions.c.created_at < now - DAILY_KEPT_FOR
    return *thinned(now), or_(of_day, and_(is_ancient, of_month))


def thinned(now: datetime) -> Conditions:
    """Return the conditions of what may be superfluous at all."""
    return revisions.c.kept.is_(False), revisions.c.created_at < now - ALL_KEPT_FOR


def _is_followed_within(length: int) -> ColumnElement[bool]:
    return _begin(revisions.c.created_at, length) == _next_begin(length)


def _next_begin(length: int) -> ScalarSelect[str]:
    of_post = _NEXT.c.tenant == revisions.c.tenant, _NEXT.c.post_id == revisions.c.post_id
    later = select(_begin(_NEXT.c.created_at, length)).where(
        *of_post, _NEXT.c.version > revisions.c.version
    )
    return later.order_by(_NEXT.c.version).limit(1).correlate(revisions).scalar_subquery()


def _begin(moment: ColumnElement[datetime], length: int) -> ColumnElement[str]:
    return func.substr(type_coerce(moment, String), 1, length)
