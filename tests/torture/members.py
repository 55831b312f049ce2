"""Members, who favour, comment and follow, and see that it was done."""

import asyncio
from random import Random
from typing import Any

from tests.torture import shown
from tests.torture.calls import Calls, Look, Seen
from tests.torture.op import Op
from tests.torture.posts import Post

_PAUSE_SECONDS = (0.0, 0.2)
_RETRY_SECONDS = 1.0


class Member:
    """Favours posts and follows writers; what may yet be done of a command is never asked of."""

    def __init__(
        self, calls: Calls, chance: Random, published: list[Post], names: list[str]
    ) -> None:
        self.calls = calls
        self.said: set[str] = set()
        self._chance = chance
        self._published = published
        self._names = names
        self._unsure: set[str] = set()

    async def run(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            do = self._chance.choice((self._favour, self._follow, self._comment))
            await do()
            await asyncio.sleep(self._chance.uniform(*_PAUSE_SECONDS))

    async def _favour(self) -> None:
        if not self._published:
            return
        post = self._chance.choice(self._published)
        path, is_on = f"/posts/{post.id}/favorite", self._chance.random() < 0.7
        subject = f"favourite {post.id}"
        await self._set("favorite", path, subject, is_on=is_on)
        if subject not in self._unsure:
            path = f"/posts?favorited_by={self.calls.name}&limit=100"
            look = _unless_going(post, shown.is_on_list(post.id))
            await self.calls.call("favorites", "GET", path, look, subject=subject)

    async def _follow(self) -> None:
        name = self._chance.choice(self._names)
        path, is_on = f"/users/{name}/follow", self._chance.random() < 0.6
        subject = f"follow {name}"
        await self._set("follow", path, subject, is_on=is_on)
        if subject not in self._unsure:
            path = f"/users/{name}"
            await self.calls.call("profile", "GET", path, shown.following, subject=subject)

    async def _set(self, kind: str, path: str, subject: str, *, is_on: bool) -> None:
        """Set it on or off, often twice; one that may be done later can't be compared again."""
        method, kind = ("PUT", kind) if is_on else ("DELETE", f"un{kind}")
        for _ in range(self._chance.choice((1, 2))):
            op = await self.calls.call(kind, method, path, subject=subject, value=int(is_on))
            if not op.is_done:
                self._unsure.add(subject)

    async def _comment(self) -> None:
        if not self._published:
            return
        post, text = self._chance.choice(self._published), f"{self.calls.name} {len(self.said)}"
        path = f"/posts/{post.id}/comments"
        op = await self._say(path, text)
        while op.is_unknown:
            await asyncio.sleep(_RETRY_SECONDS)
            op = await self._say(path, text)
        if op.is_done:
            self.said.add(text)
            look = _unless_going(post, lambda status, _: {"number": int(status == 200)})
            path = f"{path}/{op.seen['at']}"
            await self.calls.call("read_comment", "GET", path, look, subject=text)

    async def _say(self, path: str, text: str) -> Op:
        headers, body = {"Idempotency-Key": text}, {"body": text}
        return await self.calls.call(
            "comment",
            "POST",
            path,
            _comment_of(path),
            subject=text,
            value=1,
            headers=headers,
            body=body,
        )


def _comment_of(path: str) -> Look:
    def look(status: int, body: Any) -> Seen:
        if status != 201:
            return {}
        return {"at": body["number"], "id": f"{path}/{body['number']}"}

    return look


def _unless_going(post: Post, look: Look) -> Look:
    """See nothing where its writer may have deleted the post."""
    return lambda status, body: {} if post.is_going else look(status, body)
