"""The revisions that the changes of a transaction leave."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, update

from domain.post import Post
from domain.revision import PostText
from infra.blog.revision.compressing import compressed
from infra.blog.revision.table import revisions
from infra.database.sessions import Session

# built once: to compile a statement takes longer than to send it
_INSERT = insert(revisions)


@dataclass(frozen=True, slots=True)
class _Stored:
    """A post as it is stored, and the version of the revision that has its text, if one has."""

    text: PostText
    is_public: bool
    updated_at: datetime
    revision: int | None

    @classmethod
    def of(cls, post: Post, revision: int | None) -> "_Stored":
        return cls(PostText.of(post), post.is_public, post.updated_at, revision)


class Revisions:
    """Tracks the stored posts of a transaction, and stores a revision of each changed text.

    A text that has none, as it is older than revisions or was written while none were kept, gets
    one before it is replaced, and when it is published.
    """

    def __init__(self, session: Session, *, are_kept: bool) -> None:
        self._session = session
        self._are_kept = are_kept
        self._stored: dict[UUID, _Stored] = {}

    def note(self, post: Post, revision: int | None) -> None:
        """Note how a post was loaded."""
        self._stored[post.id] = _Stored.of(post, revision)

    def of_new(self, post: Post) -> int | None:
        """Return which revision will have the text of a post that is to be added."""
        return post.version if self._are_kept else None

    def of_changed(self, post: Post) -> int | None:
        """Return which revision will have the text of a post that is to be stored; None for one
        that was neither loaded nor added, which will not be."""
        before = self._stored.get(post.id)
        if before is None:
            return None
        if PostText.of(post) != before.text:
            return post.version + 1 if self._are_kept else None
        is_missing = self._are_kept and post.is_public and before.revision is None
        return post.version if is_missing else before.revision

    async def add(self, post: Post) -> None:
        """Store the first revision of a post."""
        now = self._stored[post.id] = _Stored.of(post, self.of_new(post))
        if self._are_kept:
            await self._session.change(_INSERT, await self._row(post, now, post.version, kept=True))

    async def store(self, post: Post, revision: int | None) -> None:
        """Store what a stored change leaves; `revision` is that of the present text."""
        before, now = self._stored[post.id], _Stored.of(post, revision)
        self._stored[post.id] = now
        if not self._are_kept:
            return
        rows = []
        if before.revision is None and revision is not None:
            rows.append(await self._row(post, before, post.version - 1, kept=True))
        if revision == post.version:
            rows.append(await self._row(post, now, revision, kept=now.is_public))
        if rows:
            await self._session.change(_INSERT, rows)
        elif now.is_public and not before.is_public:
            await self._keep(post)

    async def _row(self, post: Post, text: _Stored, version: int, *, kept: bool) -> dict[str, Any]:
        is_present = version == post.version
        writer = self._session.origin.actor_id if is_present else None
        return {
            "tenant": self._session.tenant,
            "post_id": post.id,
            "version": version,
            "author_id": writer or post.author_id,
            "title": text.text.title,
            "summary": text.text.summary,
            "tags": list(text.text.tags),
            "body": await compressed(text.text.body),
            "kept": kept,
            "created_at": text.updated_at,
        }

    async def _keep(self, post: Post) -> None:
        """Keep the revision that has the present text, as it was published."""
        of_post = revisions.c.tenant == self._session.tenant, revisions.c.post_id == post.id
        this = revisions.c.version == self._stored[post.id].revision
        await self._session.change(update(revisions).where(*of_post, this).values(kept=True))
