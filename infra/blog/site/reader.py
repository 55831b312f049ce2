"""What pages show besides posts, comments and tags, by one SELECT each."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from application.post.ports import Listing
from application.site.ports import PAGES_OF_A_PART
from application.site.views import DatedPost, MappedPage, MonthView
from infra.blog.post.sight import IS_PUBLIC
from infra.blog.post.table import posts
from infra.database.sessions import Session

_POSTS_OF_A_YEAR = 5_000


class _Month(FunctionElement[str]):
    """The year and month of a moment, as `2026-01`."""

    inherit_cache = True


@compiles(_Month)
def _on_mysql(element: _Month, compiler: SQLCompiler, **options: Any) -> str:
    return f"DATE_FORMAT({compiler.process(element.clauses, **options)}, '%%Y-%%m')"


@compiles(_Month, "sqlite")
def _on_sqlite(element: _Month, compiler: SQLCompiler, **options: Any) -> str:
    return f"strftime('%Y-%m', {compiler.process(element.clauses, **options)})"


class SqlSiteReader:
    """Selects for a tenant."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._tenant = posts.c.tenant == session.tenant
        self._listed = (self._tenant, posts.c.listing == Listing.PUBLISHED.value)

    async def months(self) -> Sequence[MonthView]:
        month = _Month(posts.c.published_at).label("month")
        counted = select(month, func.count().label("posts_count")).where(*self._listed)
        rows = await self._session.all(counted.group_by(month).order_by(month.desc()))
        return [
            MonthView(
                year=int(row.month[:4]), month=int(row.month[5:]), posts_count=row.posts_count
            )
            for row in rows
        ]

    async def of_year(self, year: int) -> Sequence[DatedPost]:
        date, begin = posts.c.published_at, datetime(year, 1, 1, tzinfo=UTC)
        dated = select(posts.c.slug, posts.c.title, date).where(*self._listed, date >= begin)
        if year < datetime.max.year:
            dated = dated.where(date < datetime(year + 1, 1, 1, tzinfo=UTC))
        rows = await self._session.all(dated.order_by(date.desc()).limit(_POSTS_OF_A_YEAR))
        return [DatedPost.model_validate(row._mapping) for row in rows]

    async def mapped(self, part: int) -> Sequence[MappedPage]:
        pages = select(posts.c.slug, posts.c.kind, posts.c.updated_at)
        pages = pages.where(self._tenant, IS_PUBLIC)
        pages = pages.order_by(posts.c.published_at.desc(), posts.c.id.desc())
        rows = await self._session.all(
            pages.offset((part - 1) * PAGES_OF_A_PART).limit(PAGES_OF_A_PART)
        )
        return [MappedPage.model_validate(row._mapping) for row in rows]

    async def mapped_count(self) -> int:
        return int(await self._session.scalar(select(func.count()).where(self._tenant, IS_PUBLIC)))
