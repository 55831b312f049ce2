"""What the readers of all lists do: cut a page, and count up to a bound."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, Select, func, select

from application.pages import TOTAL_LIMIT


def cut(rows: Sequence[Row[Any]], limit: int) -> tuple[Sequence[Row[Any]], Row[Any] | None]:
    """Give the rows of a page, and its last one where others follow.

    Of the rows one more was asked for than the page has.
    """
    shown = rows[:limit]
    return shown, shown[-1] if len(rows) > limit else None


def bounded_count(found: Select[Any]) -> Select[Any]:
    """Count what a statement finds, up to one more than is told."""
    return select(func.count()).select_from(found.limit(TOTAL_LIMIT + 1).subquery())


def told(found: int) -> dict[str, Any]:
    """Give the fields that tell how many there are."""
    return {"total": min(found, TOTAL_LIMIT), "total_is_exact": found <= TOTAL_LIMIT}
