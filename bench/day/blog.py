"""The blog, as far as the people of a day know it together."""

from bisect import bisect_right
from collections import deque
from itertools import accumulate
from random import Random

from bench.day.checks import Json, Least

_LIMIT = 1000
# Zipf's law: the post at rank n is asked for one nth as often as the first
_WEIGHTS = list(accumulate(1 / rank for rank in range(1, _LIMIT + 1)))

chance = Random()


class Blog:
    """The posts that people may ask for, the newest and most popular first; the tags; and what was
    acknowledged of each post, to whomever."""

    def __init__(self) -> None:
        self.posts: deque[Json] = deque(maxlen=_LIMIT)
        self.tags: list[str] = []
        self._acknowledged: dict[str, Least] = {}

    def popular_post(self) -> Json:
        return self.posts[rank(chance.random(), len(self.posts))]

    def acknowledge(self, post_id: str, least: Least) -> None:
        """Note what everyone is to see from now on."""
        self._acknowledged[post_id] = least.joined(self.acknowledged(post_id))

    def acknowledged(self, post_id: str) -> Least:
        return self._acknowledged.get(post_id, Least())


def rank(fraction: float, count: int) -> int:
    """Return the rank, from 0, below which a fraction of all visits to `count` posts falls."""
    return bisect_right(_WEIGHTS, fraction * _WEIGHTS[count - 1])
