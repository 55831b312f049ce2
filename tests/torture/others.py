"""Readers without accounts, and an agency, which sends bulks."""

import asyncio
from random import Random

from tests.torture import shown
from tests.torture.calls import Calls
from tests.torture.posts import Post

_PAUSE_SECONDS = (0.0, 0.2)
_BULK_PAUSE_SECONDS = 3.0
_RETRY_SECONDS = 1.0
POSTS_OF_A_BULK = 5


class Reader:
    """Reads what others published, without an account."""

    def __init__(self, calls: Calls, chance: Random, published: list[Post]) -> None:
        self.calls = calls
        self._chance = chance
        self._published = published

    async def run(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            if self._published:
                post = self._chance.choice(self._published)
                look, path = shown.post_alone(post), f"/posts/{post.id}"
                await self.calls.call(
                    "read", "GET", path, look, subject=post.subject, known_by="nothing"
                )
            await asyncio.sleep(self._chance.uniform(*_PAUSE_SECONDS))


class Agency:
    """Sends bulks, each under a key of its own until it is accepted."""

    def __init__(self, calls: Calls) -> None:
        self.calls = calls
        self.jobs: list[str] = []
        self.titles: set[str] = set()

    async def run(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            await self._send(f"bulk {len(self.jobs)}")
            await asyncio.sleep(_BULK_PAUSE_SECONDS)

    async def _send(self, key: str) -> None:
        titles = [f"{key} {number}" for number in range(POSTS_OF_A_BULK)]
        operations = [{"op": "create", "title": title, "body": "Ink."} for title in titles]
        body, headers = {"operations": operations}, {"Idempotency-Key": key}
        while True:
            op = await self.calls.call(
                "bulk", "POST", "/posts/bulk", shown.job, subject=key, body=body, headers=headers
            )
            if op.is_done:
                break
            await asyncio.sleep(_RETRY_SECONDS)
        self.jobs.append(op.seen["id"])
        self.titles.update(titles)
