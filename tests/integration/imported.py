"""A blog that folders of Markdown were imported into, and what its database holds of them."""

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, Table, select

from application.positions import Position
from application.post.ports import PostsQuery, Sort
from application.post.queries import PostQueryService
from application.post.views import PostSummary
from core.blog.rendering import RENDERER
from core.dependencies.container import Container
from core.dependencies.scope import ServiceScope
from domain.caller import Caller
from domain.ids import new_id
from infra.blog.post.table import addresses, post_tags, posts
from infra.blog.user.table import users
from infra.database.tables import METADATA
from interface.cli.exporting.exporter import Exported, write_all
from interface.cli.importing.files import found_files
from interface.cli.importing.importer import Importer, Manner
from interface.cli.importing.report import Report
from tests.support.tenant_check import of_tenants

REAL = Path(__file__).parents[3] / "shared" / "corpus" / "rust-blog"
_FENCE = re.compile(rb"^\+\+\+\r?\n", re.MULTILINE)


@dataclass(frozen=True)
class Original:
    """A file as it is, read here without the code under test."""

    front: dict[str, Any]
    body: bytes

    @property
    def day(self) -> datetime:
        year, month, day = map(int, self.front["path"].split("/")[-4:-1])
        return datetime(year, month, day, tzinfo=UTC)

    @property
    def slug(self) -> str:
        return str(self.front["path"].rpartition("/")[2])

    @property
    def addresses(self) -> Iterator[str]:
        for address in (self.front["path"], *self.front.get("aliases", ())):
            yield "/" + address.strip("/")


@dataclass
class Blog:
    """A tenant of its own."""

    container: Container
    tenant: UUID = field(default_factory=new_id)
    _scopes: list[ServiceScope] = field(default_factory=list)

    async def import_files(self, *paths: Path, is_rehearsal: bool = False) -> Report:
        """Import as the command does."""
        manner, kind = Manner(is_rehearsal=is_rehearsal), {"is_rehearsal": is_rehearsal}
        with found_files(paths) as files, Report(len(files), **kind) as report:
            await Importer(self._open_scope, report, manner, RENDERER).run(files)
        return report

    async def export_to(self, folder: Path, position: Position | None = None) -> Exported:
        """Export as the command does, at least what was written at a position."""
        seen = self._scopes[-1].position.value if position is None else position
        scope = self.container.scope(self.tenant, position=seen)
        return await write_all(scope, RENDERER, folder)

    async def pages(self, sort: Sort) -> list[PostSummary]:
        """All posts of the list, paged to its end by cursor."""
        found: list[PostSummary] = []
        cursor = None
        while cursor or not found:
            page = await self._read(PostsQuery(limit=100, cursor=cursor, sort=sort))
            found += page.items
            cursor = page.next_cursor
        return found

    async def posts_by_address(self) -> dict[str, Row[Any]]:
        statement = (
            select(addresses.c.address, posts, users.c.display_name)
            .join(posts, posts.c.id == addresses.c.post_id)
            .join(users, users.c.id == posts.c.author_id)
            .where(*(table.c.tenant == self.tenant for table in (addresses, posts, users)))
        )
        return {row.address: row for row in await self._rows(statement)}

    async def contents(self) -> dict[str, dict[str, Any]]:
        """All that posts are, by their slugs: ids and versions are this blog's alone."""
        author = users.c.id == posts.c.author_id
        statement = select(posts, users.c.username, users.c.display_name).join(users, author)
        rows = await self._rows(
            statement.where(posts.c.tenant == self.tenant, users.c.tenant == self.tenant)
        )
        kept = await self._kept_for_posts(addresses, "address", "kind")
        tags = await self._kept_for_posts(post_tags, "tag", "published_at")
        own = ("id", "tenant", "author_id", "version")
        return {
            row.slug: {name: value for name, value in row._mapping.items() if name not in own}
            | {"addresses": kept[row.id], "tag_rows": tags[row.id]}
            for row in rows
        }

    async def authors(self) -> list[Row[Any]]:
        return list(await self._rows(select(users).where(users.c.tenant == self.tenant)))

    async def dump(self) -> dict[str, list[str]]:
        """Every row of the tenant in every table."""
        tables = [table for table in METADATA.sorted_tables if table.name in of_tenants()]
        return {
            table.name: sorted(
                map(repr, await self._rows(select(table).where(table.c.tenant == self.tenant)))
            )
            for table in tables
        }

    async def _kept_for_posts(self, table: Table, *names: str) -> dict[UUID, set[Any]]:
        found: dict[UUID, set[Any]] = defaultdict(set)
        for row in await self._rows(select(table).where(table.c.tenant == self.tenant)):
            found[row.post_id].add(tuple(getattr(row, name) for name in names))
        return found

    def _open_scope(self, caller: Caller | None = None) -> ServiceScope:
        self._scopes.append(self.container.scope(self.tenant, caller))
        return self._scopes[-1]

    async def _read(self, query: PostsQuery) -> Any:
        # a replica is read as far as the import has written
        position = self._scopes[-1].position.value
        return await self.container.scope(self.tenant, position=position)[
            PostQueryService
        ].get_posts(query)

    async def _rows(self, statement: Select[Any]) -> Sequence[Row[Any]]:
        async with self.container._resources.reads.primary.connect() as connection:
            rows: Sequence[Row[Any]] = (await connection.execute(statement)).all()
        return rows


def originals(folder: Path) -> list[Original]:
    """Read a folder's posts."""
    parts = (_FENCE.split(file.read_bytes(), maxsplit=2) for file in folder.rglob("*.md"))
    return [Original(tomllib.loads(front.decode()), body) for _, front, body in parts]


def authors_of(folder: Path) -> set[str]:
    """All who sign a folder's posts."""
    return {name for original in originals(folder) for name in original.front["authors"]}


async def assert_kept(blog: Blog, folder: Path) -> None:
    """All that the files say is in the blog, under each of their addresses."""
    by_address = await blog.posts_by_address()
    for original in originals(folder):
        for address in original.addresses:
            assert_same(by_address[address], original)


def assert_same(row: Row[Any], original: Original) -> None:
    front = original.front
    first, *others = front["authors"]
    assert row.body.encode() == original.body
    assert (row.title, row.summary) == (front["title"], front.get("description"))
    assert (row.published_at, row.created_at) == (original.day, original.day)
    assert (row.display_name, row.status) == (first, "published")
    assert row.byline == (", ".join(front["authors"]) if others else None)
    assert row.tags == (["release"] if front.get("extra", {}).get("release") else [])
    assert re.fullmatch(rf"{re.escape(original.slug)}(-\d+)?", row.slug)
