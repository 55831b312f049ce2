"""Filters of lists, updated with the posts: tags, words and favourites."""

import asyncio
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Table, delete, insert, select, update

from application.post.excerpt import READ, excerpt_of
from application.unit_of_work import ConcurrentChange
from domain.post import Access, Post
from domain.text import folded
from domain.words import searched_words
from infra.blog.post.table import favorites, post_search, post_tags
from infra.blog.tag.table import tags
from infra.database.inserting import inserted
from infra.database.sessions import Session

# built once: to compile a statement takes longer than to send it
_INSERT_WORDS, _INSERT_TAGS = insert(post_search), insert(post_tags)

_LONG = 16_384  # characters

_Text = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class _Filters:
    """A post's filters; `names` has its tags as written, by their folded form."""

    shown_since: datetime | None
    names: dict[str, str]
    text: _Text

    @classmethod
    def of(cls, post: Post) -> "_Filters":
        names = {folded(tag): tag for tag in post.tags}
        return cls(post.shown_since, names, _searched_text(post))

    @property
    def counted(self) -> set[str]:
        """The tags that count this post."""
        return set(self.names) if self.shown_since else set()


class PostFilters:
    """Tracks the stored posts of a transaction, and stores the differences."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._tenant = session.tenant
        self._stored: dict[UUID, _Filters] = {}

    def note(self, post: Post) -> None:
        """Note how a post was loaded."""
        self._stored[post.id] = _Filters.of(post)

    def shows(self, post_id: UUID) -> bool:
        """Return whether the stored post is public."""
        return self._stored[post_id].shown_since is not None

    async def add(self, post: Post) -> None:
        now = self._stored[post.id] = _Filters.of(post)
        await self._add_tags(post.id, now)
        words = await _words(now.text)
        values = {"post_id": post.id, "published_at": now.shown_since, "words": words}
        await self._session.change(_INSERT_WORDS, {"tenant": self._tenant, **values})
        await self._count(now.names, more=now.counted)

    async def store(self, post: Post) -> None:
        before, now = self._stored[post.id], _Filters.of(post)
        self._stored[post.id] = now
        if now.names != before.names:
            await self._session.change(delete(post_tags).where(*self._of(post_tags, post.id)))
            await self._add_tags(post.id, now)
        elif now.names and now.shown_since != before.shown_since:
            await self._show(post_tags, post.id, now)
        await self._store_words(post.id, before, now)
        if now.shown_since != before.shown_since:
            await self._show(favorites, post.id, now)
        names, less = before.names | now.names, before.counted - now.counted
        await self._count(names, more=now.counted - before.counted, less=less)

    async def _add_tags(self, post_id: UUID, now: _Filters) -> None:
        row = {"tenant": self._tenant, "post_id": post_id, "published_at": now.shown_since}
        if now.names:
            rows = [row | {"tag": tag} for tag in now.names]
            await self._session.change(_INSERT_TAGS, rows)

    async def _show(self, table: Table, post_id: UUID, now: _Filters) -> None:
        shown = update(table).where(*self._of(table, post_id))
        await self._session.change(shown.values(published_at=now.shown_since))

    async def _store_words(self, post_id: UUID, before: _Filters, now: _Filters) -> None:
        changed: dict[str, Any] = {}
        if now.shown_since != before.shown_since:
            changed["published_at"] = now.shown_since
        if now.text != before.text:
            changed["words"] = await _words(now.text)
        if changed:
            found = update(post_search).where(*self._of(post_search, post_id))
            await self._session.change(found.values(changed))

    async def _count(
        self, names: dict[str, str], more: Collection[str], less: Collection[str] = ()
    ) -> None:
        if less:
            await self._change_counts(less, -1)
        if more and await self._change_counts(more, 1) < len(more):
            await self._add_missing(names, more)

    async def _change_counts(self, counted: Collection[str], by: int) -> int:
        chosen = (tags.c.tenant == self._tenant, tags.c.tag.in_(sorted(counted)))
        changed = update(tags).where(*chosen).values(posts_count=tags.c.posts_count + by)
        return await self._session.change(changed)

    async def _add_missing(self, names: dict[str, str], counted: Collection[str]) -> None:
        chosen = (tags.c.tenant == self._tenant, tags.c.tag.in_(sorted(counted)))
        there = {row.tag for row in await self._session.all(select(tags.c.tag).where(*chosen))}
        for tag in sorted(set(counted) - there):
            row = {"tenant": self._tenant, "tag": tag, "name": names[tag], "posts_count": 1}
            if not await inserted(self._session, insert(tags).values(row)):
                # another transaction has added it: to update it now would deadlock with others that
                # do
                raise ConcurrentChange

    def _of(self, table: Table, post_id: UUID) -> tuple[ColumnElement[bool], ...]:
        return table.c.tenant == self._tenant, table.c.post_id == post_id


def _searched_text(post: Post) -> _Text:
    """Return what a search goes by: of a post that is not for all, what all may read."""
    if post.access is Access.PUBLIC:
        return post.title, post.summary or "", post.body
    return post.title, "", excerpt_of(post.summary, post.body[:READ], len(post.body))


async def _words(text: _Text) -> str:
    if sum(map(len, text)) < _LONG:
        return " ".join(searched_words(*text))
    # a long text takes up to 0.1 s, which would block the event loop
    return " ".join(await asyncio.to_thread(searched_words, *text))
