"""What all readers of lists share: they select a page, and count up to a limit."""

from collections.abc import Iterable, Sequence
from itertools import accumulate, takewhile
from typing import Any

from pydantic_core import to_json
from sqlalchemy import Column, Row, Select, func, select

from application.pages import TOTAL_LIMIT, PageQuery
from infra.database.sessions import Session
from infra.security.cursors import Cursor

_PAGE_BYTES = 1_048_576


def cut(rows: Sequence[Row[Any]], limit: int) -> tuple[Sequence[Row[Any]], Row[Any] | None]:
    """Return the rows of a page, and its last one where others follow.

    The rows were selected with a limit of `limit + 1`, to detect a following page.
    """
    shown = rows[:limit]
    return shown, shown[-1] if len(rows) > limit else None


def fitting(sizes: Iterable[int]) -> int:
    """Return how many items of these sizes in bytes make a page: at least one."""
    return max(1, len(list(takewhile(_PAGE_BYTES.__ge__, accumulate(sizes)))))


def bounded_count(found: Select[Any]) -> Select[Any]:
    """Count the rows of a statement, up to one more than the limit."""
    return select(func.count()).select_from(found.limit(TOTAL_LIMIT + 1).subquery())


def told(found: int) -> dict[str, Any]:
    """Return the fields of a page that hold the number of all items."""
    return {"total": min(found, TOTAL_LIMIT), "total_is_exact": found <= TOTAL_LIMIT}


async def page_by_id(
    session: Session, found: Select[Any], key: Column[Any], query: PageQuery
) -> tuple[Sequence[Row[Any]], dict[str, Any]]:
    """Select a page, the newest first, by ids that grow with time: one SELECT and a bounded count.

    Returns its rows, and the other fields of the page. Its cursors are good for this table alone.
    """
    order, page = str(key.table), found.order_by(key.desc())
    if query.cursor:
        page = page.where(key < session.cursors.read(query.cursor, order).id)
    rows = await session.all(page.offset(query.offset or 0).limit(query.limit + 1))
    total = int(await session.scalar(bounded_count(found.with_only_columns(key))))
    shown, last = cut(rows, min(query.limit, fitting(map(_size, rows))))
    cursor = session.cursors.write(Cursor(order, None, last.id)) if last else None
    return shown, {**told(total), "next_cursor": cursor}


def _size(row: Row[Any]) -> int:
    return len(to_json(tuple(row), fallback=str))
