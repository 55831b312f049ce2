"""The reads that are measured, over HTTP and past the cache."""

import json
import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http.client import HTTPConnection
from itertools import cycle
from random import Random
from time import perf_counter
from typing import Any
from urllib.parse import urlsplit

from bench.blog_rows import POSTS_OF_AN_AUTHOR

IN_A_ROW = 5
_DIFFERENT = 50  # posts and authors that are read
_BEFORE_PAGE_50 = "/posts?offset=960"
_IN_DATABASE = re.compile(r"db;dur=([\d.]+)")


@dataclass(frozen=True, slots=True)
class Took:
    """How long a read took, in ms: as its client saw it, and what of this was the database's."""

    all: float
    database: float


Times = dict[str, dict[int, list[Took]]]  # by kinds of read, by numbers of posts


class WrongAnswer(Exception):
    """An answer that is not 200, or that the cache gave."""


class Blog:
    """A blog that is served, and a connection to read it by."""

    def __init__(self, count: int, address: str) -> None:
        self.count = count
        self._connection = HTTPConnection(urlsplit(address).netloc)
        self._paths = {kind: cycle(paths) for kind, paths in self._chosen_paths().items()}

    @property
    def kinds(self) -> Sequence[str]:
        return tuple(self._paths)

    def read(self, kind: str) -> Took:
        """Read the next of that kind; raises WrongAnswer."""
        path = next(self._paths[kind])
        began = perf_counter()
        _, timing = self._get(path)
        took = perf_counter() - began
        [database] = _IN_DATABASE.findall(timing)
        return Took(took * 1000, float(database))

    def _chosen_paths(self) -> dict[str, list[str]]:
        random = Random(1)
        commented = random.choices(range(1, self.count, 20), k=_DIFFERENT)
        authors = random.choices(range(self.count // POSTS_OF_AN_AUTHOR), k=_DIFFERENT)
        cursor = self._json(_BEFORE_PAGE_50)["next_cursor"]
        ids = [self._json(f"/posts/post-{number}")["id"] for number in commented]
        return {
            "first page": ["/posts"],
            "page 50": [f"/posts?cursor={cursor}"],
            "by tag": ["/posts?tag=popular"],
            "by author": [f"/posts?author=author{number}" for number in authors],
            "one post": [f"/posts/post-{number}" for number in commented],
            "comments of a post": [f"/posts/{post_id}/comments" for post_id in ids],
            "tags": ["/tags"],
            "search, 200 posts": ["/posts?q=rare"],
            "search, every 50th post": ["/posts?q=common"],
        }

    def _json(self, path: str) -> Any:
        return json.loads(self._get(path)[0])

    def _get(self, path: str) -> tuple[bytes, str]:
        headers = {"Cache-Control": "no-cache"}
        self._connection.request("GET", f"/api/v1{path}", headers=headers)
        answer = self._connection.getresponse()
        content = answer.read()
        if answer.status != 200 or answer.headers["X-Cache"] != "BYPASS":
            raise WrongAnswer(f"{path}: {answer.status}, {answer.headers['X-Cache']}")
        return content, answer.headers["Server-Timing"]


def measure(blogs: Sequence[Blog], rounds: int, on_round: Callable[[], None]) -> Times:
    """Read in turns: some of each kind and size in each round, after one that does not count."""
    times: Times = defaultdict(lambda: defaultdict(list))
    _one_round(blogs, defaultdict(lambda: defaultdict(list)))
    for number in range(rounds):
        _one_round(blogs if number % 2 else blogs[::-1], times)
        on_round()
    return times


def _one_round(blogs: Sequence[Blog], times: Times) -> None:
    for kind in blogs[0].kinds:
        for blog in blogs:
            times[kind][blog.count] += [blog.read(kind) for _ in range(IN_A_ROW)]
