"""Writers: each writes posts of its own, edits and deletes them, and reads them back."""

import asyncio
from random import Random

from tests.torture import shown
from tests.torture.calls import Calls
from tests.torture.op import KnownBy, Op
from tests.torture.posts import Post
from tests.torture.shown import DELETED

_KEPT_POSTS = 6  # so that every list of one's own has room for all
_WEIGHTS = (2, 5, 1, 9)
_PAUSE_SECONDS = (0.0, 0.15)
_RETRY_SECONDS = 1.0  # what Retry-After says


class Writer:
    """Keeps a few posts; every write that may have been done is sent again until that is known."""

    def __init__(self, calls: Calls, chance: Random, published: list[Post]) -> None:
        self.calls = calls
        self.created: set[str] = set()
        self._chance = chance
        self._posts: list[Post] = []
        self._published = published  # published posts of all writers, for others to read
        self._count = 0

    async def run(self, stop: asyncio.Event) -> None:
        """Write and read at random."""
        while not stop.is_set():
            if len(self._posts) < 2:
                await self.create()
            steps = (self.create, self.edit, self.delete, self.read)
            [step] = self._chance.choices(steps, _WEIGHTS)
            await step()
            await asyncio.sleep(self._chance.uniform(*_PAUSE_SECONDS))

    async def create(self) -> None:
        """Write a post, under one key however often it is sent; the oldest makes room."""
        if len(self._posts) >= _KEPT_POSTS:
            await self.delete()
        self._count += 1
        subject = f"{self.calls.name} {self._count}"
        status = self._chance.choice(("draft", "published"))
        body = _text(0) | {"title": subject, "status": status}
        op = await self._until_known(subject, body)
        if not op.is_done:
            return
        if self._by_chance(0.2):  # a client whose answer was lost
            op = await self._until_known(subject, body)
        post = Post(subject, op.seen["id"], op.seen["version"], status == "draft")
        self._posts.append(post)
        self.created.add(subject)
        if not post.is_draft:
            self._published.append(post)
        await self._read(post)

    async def edit(self) -> None:
        """Change a post where it is as it was last seen."""
        post = self._chance.choice(self._posts)
        post.number += 1
        op = await self._write(post, "edit", "PATCH", post.number, _text(post.number))
        if op.is_done:
            post.version = op.seen["version"]
        await self._read(post)

    async def delete(self) -> None:
        """Delete the oldest post."""
        post = self._posts.pop(0)
        post.is_going = True
        op = await self._write(post, "delete", "DELETE", DELETED)
        while not op.is_done and op.status != 404:  # done by the first of several tries
            await self._read(post)
            op = await self._write(post, "delete", "DELETE", DELETED)
        await self._read(post)
        if post in self._published:
            self._published.remove(post)

    async def read(self) -> None:
        await self._read(self._chance.choice(self._posts))

    async def _read(self, post: Post) -> None:
        """Read a post alone or on a list; by the token alone where that may see it."""
        is_seen_by_token = bool(self.calls.token) and not post.is_draft
        known_by: KnownBy | None = "token" if is_seen_by_token and self._by_chance(0.3) else None
        if post.is_going or self._by_chance(0.6):
            kind, path, look = "read", f"/posts/{post.id}", shown.post_alone(post)
        else:
            kind, path, look = "list", self._list_of(post), shown.on_list(post)
        # what the cache has is as new as its floors, whatever the reader sends
        headers = {"Cache-Control": "no-cache"} if self._by_chance(0.4) else {}
        op = await self.calls.call(
            *(kind, "GET", path, look),
            subject=post.subject,
            known_by=known_by,
            headers=headers,
        )
        if known_by is None:
            post.version = max(post.version, op.seen.get("version", 0))

    def _list_of(self, post: Post) -> str:
        which = "status=draft" if post.is_draft else f"author={self.calls.name}"
        return f"/posts?{which}&limit=100"

    def _by_chance(self, share: float) -> bool:
        return self._chance.random() < share

    async def _write(
        self, post: Post, kind: str, method: str, value: int, body: dict[str, str] | None = None
    ) -> Op:
        headers = {"If-Match": f'"{post.version}-"'}
        path = f"/posts/{post.id}"
        return await self.calls.call(
            kind,
            method,
            path,
            shown.written,
            subject=post.subject,
            value=value,
            body=body,
            headers=headers,
        )

    async def _until_known(self, subject: str, body: dict[str, str]) -> Op:
        """Send a new post, again through the other server while nobody knows if it is there."""
        server = self._chance.randrange(2)
        while True:
            op = await self.calls.call(
                *("create", "POST", "/posts", shown.written),
                subject=subject,
                server=server,
                body=body,
                headers={"Idempotency-Key": subject},
            )
            if not op.is_unknown:
                return op
            server = 1 - server
            await asyncio.sleep(_RETRY_SECONDS)


def _text(number: int) -> dict[str, str]:
    return {"summary": str(number), "body": f"{number} is the last edit's number."}
